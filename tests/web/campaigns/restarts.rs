//! The database goes down and comes back while a user is logged in: PostgreSQL and MySQL.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use application::{Client, count, get, migrated, nothing_is_left, open_through, read};
use campaigns::migrate;
use sqlx_transactional::DbOptions;
use tests::{
    proxy::{Fault, Point, Proxy, Way},
    servers::{Own, OwnServer, TestDatabase},
};
use tokio::{sync::mpsc, time::timeout};

use super::{bearing, campaign, created, serve};

on! { [postgres Postgres mysql MySql] {
    /// A request that only reads is tried again, at whichever message the connection is lost.
    #[tokio::test]
    async fn a_login_is_read_again_when_the_connection_is_lost() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let db = open_through(&database, &proxy, 2).await;
        let mut client = Client::of(serve(&db).await).await;
        let (token, page) = campaign(&mut client).await;
        for point in [Point::Begin, Point::Sql("FROM logins"), Point::Sql("FROM campaigns"), Point::Commit] {
            for way in [Way::ToServer, Way::ToClient] {
                let cut = proxy.inject(way, point, Fault::Cut);
                let answer = client.ask(bearing(&token, get(&page))).await;
                assert_eq!(answer.status, 200, "{way:?} {point:?}: {}", answer.text());
                // The request may be answered before its COMMIT, which has nothing to store.
                cut.reached().await;
            }
        }
        nothing_is_left(&database, db.pool()).await;
    }
} }

/// The server is killed and started again, while four clients use one token and never log in again.
async fn a_login_survives_a_restart_of_the_database<DB: Own>() {
    const PATIENCE: Duration = Duration::from_mins(1);
    let mut server = OwnServer::<DB>::start().await;
    let database = TestDatabase::on(&server).await;
    migrated(&database, async |db| migrate(db).await).await;
    let options = service::options(DbOptions::from_url(database.url()).expect("a URL"));
    let db = options
        .pool(|pool| pool.max_connections(2))
        .connect()
        .await
        .expect("it is there")
        .with_timeout(Duration::from_secs(5));
    let address = serve(&db).await;
    let (token, page) = campaign(&mut Client::of(address).await).await;

    let (told, mut statuses) = mpsc::unbounded_channel();
    let enough = Arc::new(AtomicBool::new(false));
    let clients = (0..4).map(|_| {
        let (token, page, told, enough) = (
            token.clone(),
            page.clone(),
            told.clone(),
            Arc::clone(&enough),
        );
        tokio::spawn(async move {
            let mut client = Client::of(address).await;
            while !enough.load(SeqCst) {
                let head = client.head(bearing(&token, get(&page))).await;
                let again = head.headers().contains_key("retry-after");
                let answer = read(head).await;
                assert!(
                    matches!((answer.status, again), (200, false) | (503, true)),
                    "{}: {}",
                    answer.status,
                    answer.text()
                );
                told.send(answer.status).expect("the test waits for it");
            }
        })
    });
    let clients: Vec<_> = clients.collect();
    let mut until = async |wanted: u16| {
        let answered = async {
            while statuses
                .recv()
                .await
                .expect("the clients go on, or have panicked")
                != wanted
            {}
        };
        timeout(PATIENCE, answered)
            .await
            .expect("it is answered in the end");
    };
    drop(told);
    until(200).await;
    server.kill().await;
    until(503).await;
    server.start_again().await;
    // All requests that were running are answered before that.
    for _ in 0..5 {
        until(200).await;
    }
    enough.store(true, SeqCst);
    for client in clients {
        client.await.expect("only 200 and 503");
    }
    let after = Client::of(address)
        .await
        .ask(bearing(&token, get(&page)))
        .await;
    assert_eq!(
        (after.status, count(&database, "logins").await),
        (200, 1),
        "{}",
        after.text()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_survives_a_restart_of_postgres() {
    a_login_survives_a_restart_of_the_database::<sqlx::Postgres>().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_survives_a_restart_of_mysql() {
    a_login_survives_a_restart_of_the_database::<sqlx::MySql>().await;
}
