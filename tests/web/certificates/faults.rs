//! What clients are told when the server, the network or the client itself goes away: PostgreSQL
//! and MySQL, through a proxy.

use std::pin::pin;

use application::{
    Client, answered_after_commit, closing, count, get, health_is_true, nothing_is_left,
    open_through, post, until_held,
};
use tests::{
    checks::none_open_on_the_server,
    proxy::{Fault, Point, Proxy, Way},
};

use super::{ADA, books_are_right, created, serve};

on! { [postgres Postgres mysql MySql] {
    /// The client gets no answer before the database has acknowledged COMMIT.
    #[tokio::test]
    async fn the_answer_waits_for_commit() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let address = serve(open_through(&database, &proxy, 2).await).await;
        let mut client = Client::of(address).await;
        let answer = answered_after_commit(&proxy, client.ask(post("/certificates", ADA)), async || {
            assert_eq!(count(&database, "certificates").await, 1, "it is stored, and the client has no answer yet");
            assert_eq!(Client::of(address).await.ask(get("/certificates/NONE")).await.status, 404, "another request is served meanwhile");
        });
        assert_eq!(answer.await.status, 201);
    }

    /// COMMIT or its answer was lost. The client is told neither that it is stored nor that it is
    /// not.
    #[tokio::test]
    async fn a_commit_that_is_not_answered_is_no_201() {
        for (way, stored) in [(Way::ToServer, 0), (Way::ToClient, 1)] {
            let database = created::<DB>().await;
            let proxy = Proxy::of(&database);
            let db = open_through(&database, &proxy, 2).await;
            let address = serve(db.clone()).await;
            let cut = proxy.inject(way, Point::Commit, Fault::Cut);
            let answer = Client::of(address).await.ask(post("/certificates", ADA)).await;
            assert!(cut.is_reached());
            assert_eq!((answer.status, answer.text()), (500, "Internal Server Error"));
            nothing_is_left(&database, db.pool()).await;
            assert_eq!(count(&database, "certificates").await, stored);
            assert_eq!(Client::of(address).await.ask(post("/certificates", ADA)).await.status, 201, "the next request is served");
        }
    }

    #[tokio::test]
    async fn a_client_that_goes_away_rolls_back() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let db = open_through(&database, &proxy, 2).await;
        let address = serve(db.clone()).await;
        let mut other = database.connect().await;
        sqlx::raw_sql("BEGIN; UPDATE courses SET issued = issued WHERE name = 'Rust'").execute(&mut other).await.expect("it is there");
        let counted = proxy.hold(Way::ToServer, Point::Sql("UPDATE courses"));
        let mut client = Client::of(address).await;
        until_held(&counted, pin!(client.ask(post("/certificates", ADA)))).await;
        counted.release();
        drop(client);
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("it was begun");
        none_open_on_the_server(&database).await;
        nothing_is_left(&database, db.pool()).await;
        assert_eq!(count(&database, "certificates").await, 0);
        books_are_right(&database).await;
    }

    /// The process has to end while a request is at COMMIT.
    #[tokio::test]
    async fn closing_waits_for_commit_and_takes_no_new_request() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let db = open_through(&database, &proxy, 2).await;
        let address = serve(db.clone()).await;
        let acknowledged = proxy.hold(Way::ToClient, Point::Commit);
        let mut client = Client::of(address).await;
        let committing = tokio::spawn(async move { client.ask(post("/certificates", ADA)).await });
        acknowledged.reached().await;
        let closing = closing(&db).await;
        assert_eq!(Client::of(address).await.ask(get("/certificates/NONE")).await.status, 503);
        acknowledged.release();
        assert_eq!(committing.await.expect("it is answered").status, 201);
        let report = closing.await.expect("it ends");
        assert_eq!((report.finished, report.cut.len(), count(&database, "certificates").await), (1, 0, 1));
    }

    #[tokio::test]
    async fn the_health_endpoint_tells_of_a_server_that_is_gone() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let mut client = Client::of(serve(open_through(&database, &proxy, 2).await).await).await;
        health_is_true(&proxy, async || client.ask(get("/health")).await.status == 200).await;
    }
} }
