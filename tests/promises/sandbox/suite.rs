//! What the application promises to its users. It is the same with every kind of `Db`.

use super::{
    application::{Client, Running, Sql},
    tables::Tables,
};

/// The whole suite, with names that start with `test`. `Home` is the database behind `DB`.
pub(super) async fn suite<Home: Tables, DB: Sql>(app: &Running<DB>, test: &str) {
    let Users { ada, bob } = sign_up_and_log_in(&app.client, test).await;
    changes_and_lists(&ada, test).await;
    changes_at_the_same_time(&ada, test).await;
    hands_over::<Home, DB>(app, &ada, &bob, test).await;
}

struct Users {
    ada: Client,
    bob: Client,
}

async fn sign_up_and_log_in(client: &Client, test: &str) -> Users {
    assert_eq!(client.ask("GET", "/ready", "").await.0, 204);
    for user in ["ada", "bob", "cyd"] {
        assert_eq!(
            client
                .ask("POST", &format!("/users/{test}-{user}"), "")
                .await,
            (201, String::new())
        );
    }
    let twice = format!("/users/{test}-bob");
    assert_eq!(
        client.ask("POST", &twice, "").await.0,
        409,
        "the name is taken"
    );
    let both = format!("/users/{test}-bee");
    let ((one, _), (other, _)) =
        tokio::join!(client.ask("POST", &both, ""), client.ask("POST", &both, ""));
    assert_eq!(
        [one.min(other), one.max(other)],
        [201, 409],
        "one of them was first"
    );

    assert_eq!(
        client
            .ask("POST", &format!("/logins/{test}-nobody"), "")
            .await
            .0,
        404
    );
    assert_eq!(client.ask("GET", "/notes", "").await.0, 401);
    Users {
        ada: with_login(client, &format!("{test}-ada")).await,
        bob: with_login(client, &format!("{test}-bob")).await,
    }
}

async fn with_login(client: &Client, user: &str) -> Client {
    let (status, token) = client.ask("POST", &format!("/logins/{user}"), "").await;
    assert_eq!(status, 200, "{token}");
    client.with_token(&token)
}

/// A new user of this name, logged in.
pub(super) async fn new_user(client: &Client, user: &str) -> Client {
    assert_eq!(
        client.ask("POST", &format!("/users/{user}"), "").await.0,
        201
    );
    with_login(client, user).await
}

async fn changes_and_lists(ada: &Client, test: &str) {
    let (first, second) = (
        format!("/notes/{test}-first"),
        format!("/notes/{test}-second"),
    );
    assert_eq!(
        ada.ask("PUT", &first, &format!("{test}-buy milk")).await,
        (200, "labelled".into())
    );
    assert_eq!(
        ada.ask("PUT", &second, &format!("{test}-buy a cow")).await,
        (200, "not labelled".into()),
        "only the label was undone"
    );
    assert_eq!(
        ada.ask("PUT", &second, &format!("{test}-sell the cow"))
            .await,
        (200, "labelled".into())
    );
    assert_eq!(ada.ask("POST", "/jobs", "").await.0, 204);
    let list = format!(
        "{test}-first: \"{test}-buy milk\" 2 words, 0 changes, [\"{test}-buy\"]\n\
         {test}-second: \"{test}-sell the cow\" 3 words, 1 changes, [\"{test}-sell\"]\n"
    );
    assert_eq!(ada.ask("GET", "/notes", "").await, (200, list));
}

async fn changes_at_the_same_time(ada: &Client, test: &str) {
    let path = format!("/notes/{test}-first");
    let again = format!("{test}-again");
    let changes = (0..6).map(|_| ada.ask("PUT", &path, &again));
    for (status, answer) in futures_util::future::join_all(changes).await {
        assert_eq!(status, 200, "{answer}");
    }
    assert_eq!(ada.ask("POST", "/jobs", "").await.0, 204);
    let (_, list) = ada.ask("GET", "/notes", "").await;
    assert!(
        list.starts_with(&format!("{test}-first: \"{again}\" 1 words, 6 changes")),
        "none was lost: {list}"
    );
}

/// A deferred foreign key is checked by COMMIT: the handler runs to its end, and the request still
/// fails.
async fn hands_over<Home: Tables, DB: Sql>(
    app: &Running<DB>,
    ada: &Client,
    bob: &Client,
    test: &str,
) {
    let to = |whom: &str| format!("/notes/{test}-first/owner/{test}-{whom}");
    assert_eq!(
        bob.ask("POST", &to("bob"), "").await.0,
        404,
        "it is not his"
    );
    let before = (
        ada.ask("GET", "/notes", "").await,
        app.progress.available_permits(),
    );
    assert_eq!(ada.ask("POST", &to("nobody"), "").await.0, 409);
    assert_eq!(
        app.progress.available_permits() - before.1,
        usize::from(Home::DEFERS),
        "the handler came to its end"
    );
    assert_eq!(ada.ask("GET", "/notes", "").await, before.0);
    assert_eq!(ada.ask("POST", &to("bob"), "").await.0, 204);
    assert!(
        bob.ask("GET", "/notes", "")
            .await
            .1
            .starts_with(&format!("{test}-first:"))
    );
}
