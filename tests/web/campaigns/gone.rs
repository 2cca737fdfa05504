//! Clients that go away. Poem goes on with a request that has arrived, to its end: it is carried out, and waited for.

use std::pin::pin;

use application::{Client, closing, count, nothing_is_left, open, open_through, until_held};
use tests::proxy::{Point, Proxy, Way};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::oneshot,
};

use super::{ADA, HOUR, RUN, bearing, campaign, created, get, launch, patch, serve, tables};

/// What has come could be taken for all of it.
#[tokio::test]
async fn before_all_has_arrived_nothing_is_stored() {
    for (length, left) in [(ADA.len() + 1, 0), (ADA.len(), 1)] {
        let database = created::<sqlx::Sqlite>().await;
        let db = open(&database, 2).await;
        let (end, asked_to) = oneshot::channel::<()>();
        let (address, ended) = launch(&db, tables(&db).await, HOUR, async { drop(asked_to.await) }).await;
        let mut connection = TcpStream::connect(address).await.expect("it listens");
        let head = format!("POST /accounts HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
        connection.write_all((head + ADA).as_bytes()).await.expect("it reads");
        connection.shutdown().await.expect("it is open");
        connection.read_to_end(&mut Vec::new()).await.expect("it is closed properly");
        drop(end);
        ended.await.expect("it does not panic").expect("it has listened");
        assert_eq!(count(&database, "accounts").await, left);
        nothing_is_left(&database, db.pool()).await;
    }
}

on! { [postgres Postgres mysql MySql] {
    /// Nobody is left to be told of it, and the end of the process does not cut it short.
    #[tokio::test]
    async fn while_it_runs_it_is_carried_out_and_the_end_waits_for_it() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let db = open_through(&database, &proxy, 2).await;
        let (end, asked_to) = oneshot::channel::<()>();
        let (address, ended) = launch(&db, tables(&db).await, HOUR, async { drop(asked_to.await) }).await;
        let mut client = Client::of(address).await;
        let (token, page) = campaign(&mut client).await;
        let held = proxy.hold(Way::ToServer, Point::Sql("UPDATE campaigns"));
        until_held(&held, pin!(client.ask(bearing(&token, patch(&page, RUN))))).await;
        drop(client);
        assert_eq!(Client::of(serve(&db).await).await.ask(bearing(&token, get(&page))).await.status, 200, "another one is served meanwhile");
        drop(end);
        let closing = closing(&db).await;
        assert!(!ended.is_finished());
        held.release();
        ended.await.expect("it does not panic").expect("it has listened");
        let report = closing.await.expect("it ends");
        assert_eq!((report.finished, report.cut.len()), (1, 0), "{report:?}");
        assert_eq!(count(&database, "campaigns WHERE running_since IS NOT NULL").await, 1);
    }
} }
