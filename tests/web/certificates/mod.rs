//! `examples/certificates`: issue, verify, download. On all databases, on a pool and in a sandbox.

mod faults;

use std::num::NonZeroUsize;

use application::{
    Client, count, crowd, get, nothing_is_left, open, post, works_in_a_sandbox, works_on_a_pool,
};
use certificates::{Renderer, application, migrate};
use sqlx::{Any, Sqlite};
use sqlx_transactional::Db;
use tests::{
    explorer::polled,
    servers::{Server, TestDatabase},
};
use tokio::net::TcpListener;

const ADA: &str = r#"{"holder": "Ada Lovelace", "course": "Rust"}"#;

/// Serves the application until the test's runtime ends.
async fn serve(db: Db<Any>) -> std::net::SocketAddr {
    serve_with(db, Renderer::default()).await
}

async fn serve_with(db: Db<Any>, renderer: Renderer) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("the loopback has free ports");
    let address = listener.local_addr().expect("it is bound");
    let application = application(db, renderer)
        .await
        .expect("the database is there");
    tokio::spawn(async move { axum::serve(listener, application).await });
    address
}

/// A database with its tables.
async fn created<DB: Server>() -> TestDatabase<DB> {
    application::created(async |db| migrate(db).await).await
}

/// What every client sees, on any database.
async fn works(db: Db<Any>) {
    let mut client = Client::of(serve(db).await).await;
    let issued = client.ask(post("/certificates", ADA)).await;
    assert_eq!(
        (issued.status, issued.field("number").as_str()),
        (201, "1"),
        "{}",
        issued.text()
    );
    let path = format!("/certificates/{}", issued.field("code"));
    let found = client.ask(get(&path)).await;
    assert_eq!(
        (found.status, found.field("holder").as_str()),
        (200, "Ada Lovelace")
    );
    for (file, magic) in [
        ("certificate.pdf", &b"%PDF"[..]),
        ("certificate.png", b"\x89PNG"),
    ] {
        let file = client.ask(get(&format!("{path}/{file}"))).await;
        assert!(
            file.status == 200 && file.body.starts_with(magic),
            "{file:?}"
        );
    }
    assert_eq!(
        client
            .ask(get(&format!("{path}/certificate.txt")))
            .await
            .status,
        404
    );
    assert_eq!(client.ask(get("/certificates/NONE")).await.status, 404);
    assert_eq!(
        client
            .ask(get("/certificates/NONE/certificate.pdf"))
            .await
            .status,
        404
    );
    assert_eq!(
        client
            .ask(post("/certificates", r#"{"holder": "", "course": "Rust"}"#))
            .await
            .status,
        422
    );
    let second = client.ask(post("/certificates", ADA)).await;
    assert_eq!(
        (second.status, second.field("number").as_str()),
        (201, "2"),
        "the failed call left no gap"
    );
    let health = client.ask(get("/health")).await;
    assert_eq!(health.status, 200, "{}", health.text());
}

/// Numbers have no gaps, and every counter agrees with the rows that it counts.
async fn books_are_right<DB: Server>(database: &TestDatabase<DB>) {
    let wrong = "SELECT COUNT(*) FROM courses c WHERE
        c.issued <> (SELECT COUNT(*) FROM certificates WHERE course = c.name)
        OR c.issued <> (SELECT COALESCE(MAX(number), 0) FROM certificates WHERE course = c.name)";
    assert_eq!(database.integer(wrong).await, 0);
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
        assert_eq!(count(&database, "certificates").await, 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_crowd_of_which_some_go_away_leaves_the_books_right() {
        let database = created::<DB>().await;
        let db = open(&database, 8).await;
        let every_seventh = NonZeroUsize::new(7).expect("seven");
        let address = serve_with(db.clone(), Renderer::failing_every(every_seventh)).await;
        let issued = Client::of(address).await.ask(post("/certificates", ADA)).await;
        let path = format!("/certificates/{}", issued.field("code"));
        let tally = crowd::<Client>(address, 10, move |number| match number % 4 {
            0 => ("issue", post("/certificates", ADA)),
            1 => ("issue", post("/certificates", &ADA.replace("Rust", "SQL"))),
            2 => ("verify", get(&path)),
            _ => ("download", get(&format!("{path}/certificate.pdf"))),
        }).await;
        tally.only(&[("issue", 201), ("verify", 200), ("download", 200)]);
        nothing_is_left(&database, db.pool()).await;
        books_are_right(&database).await;
        tally.carried_out("issue", 201, count(&database, "certificates").await - 1);
        let downloads = usize::try_from(database.integer("SELECT MAX(downloads) FROM certificates").await).expect("a count");
        tally.carried_out("download", 200, downloads);
    }

    /// The file is sent after COMMIT, so a client that reads slowly holds no connection.
    #[tokio::test]
    async fn a_slow_reader_holds_no_connection_and_gets_all_of_the_file() {
        let database = created::<DB>().await;
        let address = serve(open(&database, 1).await).await;
        let mut client = Client::of(address).await;
        let issued = client.ask(post("/certificates", ADA)).await;
        let path = format!("/certificates/{}", issued.field("code"));
        let whole = client.ask(get(&format!("{path}/certificate.pdf"))).await.body;
        let unread = client.head(get(&format!("{path}/certificate.pdf"))).await;
        assert_eq!(Client::of(address).await.ask(get(&path)).await.status, 200, "the only connection is free");
        let read = application::read(unread).await.body;
        assert!(read.ends_with(b"%%EOF\n") && read == whole);
    }

    /// On PostgreSQL and SQLite, COMMIT reports this after every statement has succeeded.
    #[tokio::test]
    async fn a_course_that_is_not_there_is_refused() {
        let database = created::<DB>().await;
        let db = open(&database, 2).await;
        let address = serve(db.clone()).await;
        let refused = Client::of(address).await.ask(post("/certificates", &ADA.replace("Rust", "Alchemy"))).await;
        assert_eq!((refused.status, refused.text()), (409, "Conflict"));
        assert_eq!(count(&database, "certificates").await, 0);
        nothing_is_left(&database, db.pool()).await;
    }
} }

/// A SQLite file has one write lock. A request that waits for it is dropped when its client
/// disconnects.
#[tokio::test]
async fn a_client_that_goes_away_rolls_back_on_sqlite() {
    let database = created::<Sqlite>().await;
    let db = open(&database, 2).await;
    let address = serve(db.clone()).await;
    let mut other = database.connect().await;
    sqlx::raw_sql("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .expect("it is free");
    let mut client = Client::of(address).await;
    {
        let mut waiting = Box::pin(client.ask(post("/certificates", ADA)));
        // The request has arrived once it holds the only writing connection.
        while db.pool().num_idle() > 0 || db.pool().size() == 0 {
            assert!(polled(waiting.as_mut(), 1).await.is_none());
            tokio::task::yield_now().await;
        }
    }
    drop(client);
    sqlx::raw_sql("ROLLBACK")
        .execute(&mut other)
        .await
        .expect("it was begun");
    nothing_is_left(&database, db.pool()).await;
    assert_eq!(count(&database, "certificates").await, 0);
}
