//! `examples/campaigns`: accounts, logins, A/B tests. On all databases, on a pool and in a sandbox.

mod crowd;
mod documentation;
mod faults;
mod gone;
mod logins;
mod repositories;
mod restarts;
mod visitors;

use std::{
    future::{Future, pending},
    io,
    net::SocketAddr,
    time::Duration,
};

use application::{
    Client, Question, bearing, delete, get, post, works_in_a_sandbox, works_on_a_pool,
};
use campaigns::{Params, Repositories, application, migrate};
use hyper::Method;
use poem::{Server as Poem, listener::TcpAcceptor};
use sqlx::Any;
use sqlx_transactional::Db;
use tests::servers::{Server, TestDatabase};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

const ADA: &str = r#"{"email": "ada@example.org", "password": "analytical"}"#;
const PAGE: &str = r#"{"name": "page", "variants": [{"name": "calm", "weight": 3}, {"name": "loud", "weight": 1}]}"#;
const RUN: &str = r#"{"running": true}"#;
const HOUR: Duration = Duration::from_hours(1);

/// Serves the application until the test's runtime ends or `end` completes.
async fn launch(
    db: &Db<Any>,
    repositories: Repositories,
    login_lasts: Duration,
    end: impl Future<Output = ()> + Send + 'static,
) -> (SocketAddr, JoinHandle<io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("the loopback has free ports");
    let address = listener.local_addr().expect("it is bound");
    let cost = Params::new(8, 1, 1, None).expect("the least there is");
    let application = application(db.clone(), repositories, login_lasts, cost);
    let server = Poem::new_with_acceptor(TcpAcceptor::from_tokio(listener).expect("it listens"));
    (
        address,
        tokio::spawn(server.run_with_graceful_shutdown(application, end, None)),
    )
}

async fn serve(db: &Db<Any>) -> SocketAddr {
    launch(db, tables(db).await, HOUR, pending()).await.0
}

/// Serves the application until the returned sender is dropped.
async fn serve_until(
    db: &Db<Any>,
) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<io::Result<()>>) {
    let (end, asked_to) = oneshot::channel();
    let (address, ended) = launch(db, tables(db).await, HOUR, async { drop(asked_to.await) }).await;
    (address, end, ended)
}

async fn tables(db: &Db<Any>) -> Repositories {
    Repositories::of(db).await.expect("the database is there")
}

/// A database with its tables.
async fn created<DB: Server>() -> TestDatabase<DB> {
    application::created(async |db| migrate(db).await).await
}

fn put(path: &str) -> Question {
    let mut question = get(path);
    *question.method_mut() = Method::PUT;
    question
}

fn patch(path: &str, json: &str) -> Question {
    let mut question = post(path, json);
    *question.method_mut() = Method::PATCH;
    question
}

/// Ada signs up and logs in. Returns the token.
async fn ada(client: &mut Client) -> String {
    assert_eq!(client.ask(post("/accounts", ADA)).await.status, 204);
    let login = client.ask(post("/logins", ADA)).await;
    assert_eq!(login.status, 201, "{}", login.text());
    login.field("token")
}

/// Ada has a campaign that does not run. Returns the token and the path of the campaign.
async fn campaign(client: &mut Client) -> (String, String) {
    let token = ada(client).await;
    let campaign = client.ask(bearing(&token, post("/campaigns", PAGE))).await;
    assert_eq!(campaign.status, 201, "{}", campaign.text());
    (token, format!("/campaigns/{}", campaign.field("id")))
}

/// Every counter agrees with the rows that it counts, and each variant has as many visitors as its
/// weight says.
async fn books_are_right<DB: Server>(database: &TestDatabase<DB>) {
    let campaigns = "SELECT COUNT(*) FROM campaigns c WHERE c.visitors <> (SELECT COUNT(*) FROM visits v WHERE v.campaign = c.id)";
    let variants = "SELECT COUNT(*) FROM variants a WHERE
        a.visitors <> (SELECT COUNT(*) FROM visits v WHERE v.campaign = a.campaign AND v.variant = a.name)
        OR a.conversions <> (SELECT COUNT(*) FROM conversions c JOIN visits v ON v.campaign = c.campaign AND v.visitor = c.visitor
                              WHERE v.campaign = a.campaign AND v.variant = a.name)";
    let weights = "SELECT COUNT(*) FROM variants a JOIN campaigns c ON c.id = a.campaign
        WHERE a.name = 'loud' AND (c.visitors < 4 * a.visitors OR c.visitors >= 4 * a.visitors + 4)";
    let wrong = (
        database.integer(campaigns).await,
        database.integer(variants).await,
        database.integer(weights).await,
    );
    assert_eq!(wrong, (0, 0, 0));
}

/// What every client sees, on any database.
#[expect(clippy::too_many_lines, reason = "one user's way through the service")]
async fn works(db: Db<Any>) {
    let mut client = Client::of(serve(&db).await).await;
    let (token, page) = campaign(&mut client).await;
    for (question, status) in [
        (post("/accounts", &ADA.replace("ada@", "Ada@")), 409),
        (post("/accounts", &ADA.replace('@', " ")), 400),
        (post("/accounts", &ADA.replace("analytical", "short")), 400),
        (
            post("/logins", &ADA.replace("analytical", "difference")),
            401,
        ),
        (post("/logins", &ADA.replace("ada@", "bob@")), 401),
        (bearing(&token, post("/campaigns", PAGE)), 409),
        (
            bearing(&token, post("/campaigns", &PAGE.replace("loud", "calm"))),
            409,
        ),
        (
            bearing(&token, post("/campaigns", &PAGE.replace("page", "Page!"))),
            400,
        ),
        (
            bearing(&token, post("/campaigns", &PAGE.replace('3', "0"))),
            400,
        ),
        (
            bearing(
                &token,
                post(
                    "/campaigns",
                    r#"{"name": "one", "variants": [{"name": "calm", "weight": 1}]}"#,
                ),
            ),
            400,
        ),
        (bearing("nobody's", post("/campaigns", PAGE)), 401),
        (post("/campaigns", PAGE), 401),
        (get(&page), 401),
        (bearing(&token, get("/campaigns/none")), 404),
        (bearing(&token, get("/campaigns/No%00ne")), 400),
        (bearing(&token, patch("/campaigns/none", RUN)), 404),
        (put(&format!("{page}/visitors/zoe")), 404),
        (get("/nowhere"), 404),
    ] {
        let asked = format!("{} {}", question.method(), question.uri());
        let answer = client.ask(question).await;
        assert_eq!(answer.status, status, "{asked}: {}", answer.text());
        assert!(
            !answer.field("error").is_empty(),
            "{asked}: {}",
            answer.text()
        );
    }

    let running = client.ask(bearing(&token, patch(&page, RUN))).await;
    assert!(
        running.status == 200 && running.field("running_since") != "null",
        "{}",
        running.text()
    );
    for (visitor, variant) in [
        ("a", "calm"),
        ("b", "calm"),
        ("c", "calm"),
        ("d", "loud"),
        ("e", "calm"),
        ("d", "loud"),
        ("a", "calm"),
    ] {
        let visit = client.ask(put(&format!("{page}/visitors/{visitor}"))).await;
        assert_eq!(
            (visit.status, visit.field("variant").as_str()),
            (200, variant),
            "{visitor}"
        );
    }
    for (visitor, status, error) in [
        ("d", 204, ""),
        ("d", 409, "it is there already"),
        ("z", 404, "there is no such visitor"),
        ("a", 204, ""),
    ] {
        let converted = client
            .ask(post(&format!("{page}/visitors/{visitor}/conversion"), ""))
            .await;
        assert!(
            converted.status == status && converted.text().contains(error),
            "{visitor}: {}",
            converted.text()
        );
    }
    // PostgreSQL and SQLite check this constraint at COMMIT.
    let unknown = client
        .ask(bearing(
            &token,
            patch(&page, r#"{"running": false, "winner": "shy"}"#),
        ))
        .await;
    assert_eq!(
        (unknown.status, unknown.field("error").as_str()),
        (409, "there is no such variant")
    );
    assert_eq!(
        client.ask(put(&format!("{page}/visitors/f"))).await.status,
        200,
        "it runs as before"
    );
    let stopped = client
        .ask(bearing(
            &token,
            patch(&page, r#"{"running": false, "winner": "loud"}"#),
        ))
        .await;
    assert_eq!(
        (stopped.status, stopped.field("winner").as_str()),
        (200, "loud")
    );
    assert_eq!(
        client.ask(put(&format!("{page}/visitors/g"))).await.status,
        404,
        "no new visitor is accepted"
    );
    assert_eq!(
        client
            .ask(put(&format!("{page}/visitors/d")))
            .await
            .field("variant"),
        "loud",
        "a visitor keeps the variant"
    );

    let results = client.ask(bearing(&token, get(&page))).await;
    let expected = r#"[{"conversions":1,"name":"calm","rate":0.2,"visitors":5,"weight":3},{"conversions":1,"name":"loud","rate":1.0,"visitors":1,"weight":1}]"#;
    assert_eq!(
        (
            results.field("visitors").as_str(),
            results.field("variants").as_str()
        ),
        ("6", expected)
    );
    assert_eq!(
        client
            .ask(bearing(&token, delete("/logins/mine")))
            .await
            .status,
        204
    );
    assert_eq!(
        client.ask(bearing(&token, get(&page))).await.status,
        401,
        "the login has ended"
    );
    assert_eq!(client.ask(get("/health")).await.status, 200);
}

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    #[tokio::test]
    async fn on_a_pool() {
        let database = created::<DB>().await;
        works_on_a_pool(&database, works).await;
        books_are_right(&database).await;
    }

    #[tokio::test]
    async fn in_a_sandbox() {
        let database = created::<DB>().await;
        works_in_a_sandbox(&database, works).await;
        assert_eq!(application::count(&database, "accounts").await, 0);
    }
} }
