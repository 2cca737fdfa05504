//! The service's description of itself.

use application::{Client, get, open};

use super::{created, serve};

/// Each operation with its status in case of success, and whether it requires a token.
const OPERATIONS: [(&str, &str, &str, bool); 8] = [
    ("/accounts", "post", "204", false),
    ("/logins", "post", "201", false),
    ("/logins/mine", "delete", "204", true),
    ("/campaigns", "post", "201", true),
    ("/campaigns/{id}", "get", "200", true),
    ("/campaigns/{id}", "patch", "200", true),
    ("/campaigns/{id}/visitors/{visitor}", "put", "200", false),
    (
        "/campaigns/{id}/visitors/{visitor}/conversion",
        "post",
        "204",
        false,
    ),
];

#[tokio::test]
async fn lists_every_path_and_its_errors() {
    let database = created::<sqlx::Sqlite>().await;
    let mut client = Client::of(serve(&open(&database, 1).await).await).await;
    let document = client.ask(get("/openapi.json")).await;
    let document: serde_json::Value = serde_json::from_slice(&document.body).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let documented: usize = paths
        .values()
        .map(|path| path.as_object().expect("methods").len())
        .sum();
    assert_eq!(documented, OPERATIONS.len(), "{paths:#?}");
    for (path, method, success, takes_a_token) in OPERATIONS {
        let operation = &paths[path][method];
        let answers = operation["responses"]
            .as_object()
            .unwrap_or_else(|| panic!("{method} {path}"));
        let statuses: Vec<_> = answers.keys().map(String::as_str).collect();
        assert_eq!(
            statuses,
            [success, "400", "401", "404", "409", "500", "503", "504"],
            "{method} {path}"
        );
        assert!(
            answers["503"]["headers"]["RETRY-AFTER"].is_object(),
            "{method} {path}"
        );
        assert_eq!(
            operation["security"].is_array(),
            takes_a_token,
            "{method} {path}"
        );
        assert!(operation["summary"].is_string(), "{method} {path}");
    }
}

/// The page loads nothing from other servers.
#[tokio::test]
async fn shows_itself_without_anybody_elses_help() {
    let database = created::<sqlx::Sqlite>().await;
    let mut client = Client::of(serve(&open(&database, 1).await).await).await;
    let page = client.ask(get("/docs")).await;
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains("SwaggerUIBundle({") && text.contains("/campaigns/{id}"));
    assert!(!text.contains("<script src") && !text.contains("<link "));
}
