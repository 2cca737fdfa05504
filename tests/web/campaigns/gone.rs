//! Clients that disconnect. Poem runs a request that has arrived to its end: it is carried out, and
//! the end of the process waits for it.

use std::pin::pin;

use application::{
    Client, closing, count, nothing_is_left, open, open_through, send_and_leave, until_held,
};
use tests::proxy::{Point, Proxy, Way};

use super::{ADA, RUN, bearing, campaign, created, get, patch, serve, serve_until};

/// The part of the body that has arrived could be taken for the whole.
#[tokio::test]
async fn before_all_has_arrived_nothing_is_stored() {
    for (length, left) in [(ADA.len() + 1, 0), (ADA.len(), 1)] {
        let database = created::<sqlx::Sqlite>().await;
        let db = open(&database, 2).await;
        let (address, end, ended) = serve_until(&db).await;
        send_and_leave(address, "/accounts", ADA, length).await;
        drop(end);
        ended
            .await
            .expect("it does not panic")
            .expect("it has listened");
        assert_eq!(count(&database, "accounts").await, left);
        nothing_is_left(&database, db.pool()).await;
    }
}

on! { [postgres Postgres mysql MySql] {
    /// No client waits for the answer, and the end of the process does not cancel the request.
    #[tokio::test]
    async fn while_it_runs_it_is_carried_out_and_the_end_waits_for_it() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let db = open_through(&database, &proxy, 2).await;
        let (address, end, ended) = serve_until(&db).await;
        let mut client = Client::of(address).await;
        let (token, page) = campaign(&mut client).await;
        let held = proxy.hold(Way::ToServer, Point::Sql("UPDATE campaigns"));
        until_held(&held, pin!(client.ask(bearing(&token, patch(&page, RUN))))).await;
        drop(client);
        assert_eq!(Client::of(serve(&db).await).await.ask(bearing(&token, get(&page))).await.status, 200, "another request is served meanwhile");
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
