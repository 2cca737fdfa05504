//! The answer waits for COMMIT, and so does the end of the process: PostgreSQL and MySQL, through a
//! proxy.

use std::{pin::pin, time::Duration};

use application::{
    Client, answered_after_commit, closing, count, get, health_is_true, nothing_is_left,
    open_through, post, until_held,
};
use tests::{
    proxy::{Fault, Point, Proxy, Way},
    servers::TestDatabase,
};

use super::{PAGE, RUN, ada, bearing, campaign, created, patch, serve, serve_until};

const WINS: &str = r#"{"running": true, "winner": "shy"}"#;

on! { [postgres Postgres mysql MySql] {
    /// The client gets no answer before the database has acknowledged COMMIT.
    #[tokio::test]
    async fn the_answer_waits_for_commit() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let address = serve(&open_through(&database, &proxy, 2).await).await;
        let mut client = Client::of(address).await;
        let token = ada(&mut client).await;
        let answer = answered_after_commit(&proxy, client.ask(bearing(&token, post("/campaigns", PAGE))), async || {
            assert_eq!(count(&database, "campaigns").await, 1, "it is stored, and the client has no answer yet");
            let other = Client::of(address).await.ask(bearing(&token, get("/campaigns/none"))).await;
            assert_eq!(other.status, 404, "another request is served meanwhile");
        });
        assert_eq!(answer.await.status, 201);
    }

    /// COMMIT or its answer was lost. The client is told neither that it is stored nor that it is
    /// not.
    #[tokio::test]
    async fn a_commit_that_is_not_answered_is_no_success() {
        for (way, stored) in [(Way::ToServer, 0), (Way::ToClient, 1)] {
            let database = created::<DB>().await;
            let proxy = Proxy::of(&database);
            let db = open_through(&database, &proxy, 2).await;
            let mut client = Client::of(serve(&db).await).await;
            let (token, page) = campaign(&mut client).await;
            let cut = proxy.inject(way, Point::Commit, Fault::Cut);
            let answer = client.ask(bearing(&token, patch(&page, RUN))).await;
            assert!(cut.is_reached());
            assert_eq!((answer.status, answer.text()), (500, r#"{"error":"Internal Server Error"}"#));
            nothing_is_left(&database, db.pool()).await;
            assert_eq!(count(&database, "campaigns WHERE running_since IS NOT NULL").await, stored);
            assert_eq!(client.ask(bearing(&token, patch(&page, RUN))).await.status, 200, "the next request is served");
        }
    }

    /// The process has to end while a request is at COMMIT.
    #[tokio::test]
    async fn the_end_waits_for_commit() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let db = open_through(&database, &proxy, 2).await;
        let (address, end, ended) = serve_until(&db).await;
        let mut client = Client::of(address).await;
        let (token, page) = campaign(&mut client).await;
        let acknowledged = proxy.hold(Way::ToClient, Point::Commit);
        let mut committing = pin!(client.ask(bearing(&token, patch(&page, RUN))));
        until_held(&acknowledged, committing.as_mut()).await;
        drop(end);
        let closing = closing(&db).await;
        assert!(!ended.is_finished());
        acknowledged.release();
        assert_eq!(committing.await.status, 200);
        ended.await.expect("it does not panic").expect("it has listened");
        let report = closing.await.expect("it ends");
        assert_eq!((report.finished, report.cut.len(), report.pools_closed), (1, 0, true), "{report:?}");
    }

    #[tokio::test]
    async fn the_health_endpoint_tells_of_a_server_that_is_gone() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let mut client = Client::of(serve(&open_through(&database, &proxy, 2).await).await).await;
        health_is_true(&proxy, async || client.ask(get("/health")).await.status == 200).await;
    }
} }

/// Every statement has succeeded, and the client is told that the call failed.
#[tokio::test]
async fn a_winner_that_is_no_variant_is_refused_by_commit_on_postgres() {
    let database: TestDatabase<sqlx::Postgres> = created().await;
    let proxy = Proxy::of(&database);
    let db = open_through(&database, &proxy, 2).await;
    let mut client = Client::of(serve(&db).await).await;
    let (token, page) = campaign(&mut client).await;
    let refused = proxy
        .count(async || client.ask(bearing(&token, patch(&page, WINS))).await)
        .await;
    assert_eq!(
        (refused.value.status, refused.value.field("error").as_str()),
        (409, "there is no such variant")
    );
    let place = |text: &str| {
        refused
            .messages
            .iter()
            .position(|message| message.text.contains(text))
    };
    let (inserted, commit, error) = (
        place("INSERT INTO winners"),
        place("COMMIT"),
        place("23503"),
    );
    assert!(
        inserted.is_some() && inserted < commit && commit < error,
        "{:?}",
        refused.messages
    );
    nothing_is_left(&database, db.pool()).await;
    assert_eq!(
        count(&database, "winners").await
            + count(&database, "campaigns WHERE running_since IS NOT NULL").await,
        0
    );
    assert!(db.close(Duration::from_secs(20)).await.pools_closed);
}
