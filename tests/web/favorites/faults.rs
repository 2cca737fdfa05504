//! The server goes away while a call runs or at its COMMIT: what clients are told, and what they
//! are never told.

use std::{pin::pin, time::Duration};

use application::{Client, get, nothing_is_left, open_through, post, until_held};
use sqlx_transactional::{Db, DbOptions};
use tests::{
    proxy::{Fault, Point, Proxy, Way},
    servers::{Own, OwnServer, Server, TestDatabase},
};

use super::{ADAS, TWO, books_are_right, client, created, is, launch, options, prepare, stored};

const SECRET: &str = "swordfish";

/// A handle of a user who has a password.
async fn open_with_password<DB: Server>(
    database: &TestDatabase<DB>,
    administrator: &str,
) -> Db<sqlx::Any> {
    let url = database
        .url()
        .replace(administrator, &format!("//keeper:{SECRET}@"));
    assert!(url.contains(SECRET));
    let options = options(DbOptions::from_url(&url).expect("a URL"));
    options
        .pool(|pool| pool.max_connections(2))
        .connect()
        .await
        .expect("the server takes the password")
}

/// The server is killed and started again. Answers are 503 in between, and never contain the
/// password.
async fn a_server_that_goes_away<DB: Own>(keeper: &str, administrator: &str) {
    let mut server = OwnServer::<DB>::start().await;
    let database = TestDatabase::on(&server).await;
    prepare(&database).await;
    database.run(keeper).await;
    let mut client = client(&open_with_password(&database, administrator).await).await;
    let mut everywhere = async |status: u16| {
        for path in ["/connection", "/health", "/creatures"] {
            let answer = client.ask(get(path)).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.text());
            assert!(!answer.text().contains(SECRET), "{path}: {}", answer.text());
        }
        let answer = client.ask(post(ADAS, "[]")).await;
        if status == 503 {
            is(&answer, 503, "connection");
        } else {
            assert_eq!(answer.status, 201, "{}", answer.text());
        }
        assert!(!answer.text().contains(SECRET));
    };
    everywhere(200).await;
    server.kill().await;
    everywhere(503).await;
    server.start_again().await;
    everywhere(200).await;
}

#[tokio::test]
async fn a_server_that_goes_away_on_postgres() {
    let keeper = format!("CREATE ROLE keeper LOGIN SUPERUSER PASSWORD '{SECRET}'");
    a_server_that_goes_away::<sqlx::Postgres>(&keeper, "//postgres@").await;
}

#[tokio::test]
async fn a_server_that_goes_away_on_mysql() {
    let keeper = format!("CREATE USER keeper IDENTIFIED BY '{SECRET}'; GRANT ALL ON *.* TO keeper");
    a_server_that_goes_away::<sqlx::MySql>(&keeper, "//root@").await;
}

on! { [postgres Postgres mysql MySql] {
    /// COMMIT or its answer was lost. The client is told neither that it is stored nor that it is
    /// not.
    #[tokio::test]
    async fn a_commit_that_is_not_answered_is_no_201() {
        for (way, left) in [(Way::ToServer, 0), (Way::ToClient, 2)] {
            let database = created::<DB>().await;
            let proxy = Proxy::of(&database);
            let db = open_through(&database, &proxy, 2).await;
            let mut client = client(&db).await;
            let cut = proxy.inject(way, Point::Commit, Fault::Cut);
            is(&client.ask(post(ADAS, TWO)).await, 500, "unknown");
            assert!(cut.is_reached());
            nothing_is_left(&database, db.pool()).await;
            assert_eq!(stored(&database).await, left);
            books_are_right(&database).await;
            assert_eq!(client.ask(post(ADAS, r#"["lynx"]"#)).await.status, 201, "the next request is served");
        }
    }

    /// Two lists in opposite orders, each of which holds its first creature. One of them is the
    /// deadlock's victim, and is tried again.
    #[tokio::test]
    async fn a_deadlock_is_seen_by_nobody() {
        let database = created::<DB>().await;
        database.run("INSERT INTO users (name) VALUES ('grace')").await;
        let proxy = Proxy::of(&database);
        let db = open_through(&database, &proxy, 2).await;
        let address = launch(db.clone()).await.address;
        let (mut ada, mut grace) = (Client::of(address).await, Client::of(address).await);
        let inserted = proxy.hold(Way::ToServer, Point::Sql("INSERT INTO favorites"));
        let mut first = pin!(ada.ask(post(ADAS, TWO)));
        until_held(&inserted, first.as_mut()).await;
        let opposite = proxy.hold(Way::ToServer, Point::Sql("INSERT INTO favorites"));
        let mut second = pin!(grace.ask(post("/users/grace/favorites", r#"["owl", "fox"]"#)));
        until_held(&opposite, second.as_mut()).await;
        inserted.release();
        opposite.release();
        let (first, second) = tokio::join!(first, second);
        assert_eq!((first.status, second.status), (201, 201), "{} {}", first.text(), second.text());
        assert!(proxy.messages().iter().any(|message| ["40P01", "1213"].contains(&message.text.as_str())), "they did not conflict");
        assert_eq!(stored(&database).await, 4);
        books_are_right(&database).await;
        nothing_is_left(&database, db.pool()).await;
    }
} }

/// A call of the service on a closed handle.
#[tokio::test]
async fn a_handle_that_is_closed_is_a_503() {
    let database = created::<sqlx::Sqlite>().await;
    let db = application::open(&database, 2).await;
    let mut client = client(&db).await;
    db.close(Duration::from_secs(20)).await;
    is(&client.ask(post(ADAS, TWO)).await, 503, "connection");
    assert_eq!(client.ask(get("/health")).await.status, 503);
}
