//! Clients that disconnect. Rocket runs each request in a task of its own to its end: a request
//! that has arrived is carried out, and the end of the process waits for it.

use std::pin::pin;

use application::{
    Client, closing, nothing_is_left, open, open_through, post, send_and_leave, until_held,
};
use tests::proxy::{Point, Proxy, Way};

use super::{ADAS, TWO, books_are_right, created, launch, stored};

/// The part of the body that has arrived could be taken for the whole.
#[tokio::test]
async fn before_all_has_arrived_nothing_is_stored() {
    for (length, left) in [(TWO.len() + 1, 0), (TWO.len(), 2)] {
        let database = created::<sqlx::Sqlite>().await;
        let db = open(&database, 2).await;
        let served = launch(db.clone()).await;
        send_and_leave(served.address, ADAS, TWO, length).await;
        served.shutdown.notify();
        served
            .ended
            .await
            .expect("it does not panic")
            .expect("no request is left");
        assert_eq!(stored(&database).await, left);
        nothing_is_left(&database, db.pool()).await;
    }
}

on! { [postgres Postgres mysql MySql] {
    /// No client waits for the answer, and neither rocket's shutdown nor the end of the process
    /// cancels the request.
    #[tokio::test]
    async fn while_it_runs_it_is_carried_out_and_the_end_waits_for_it() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let db = open_through(&database, &proxy, 2).await;
        let served = launch(db.clone()).await;
        let held = proxy.hold(Way::ToServer, Point::Sql("INSERT INTO favorites"));
        let mut client = Client::of(served.address).await;
        until_held(&held, pin!(client.ask(post(ADAS, TWO)))).await;
        drop(client);
        served.shutdown.notify();
        let ended = served.ended.await.expect("it does not panic");
        assert!(ended.is_err_and(|error| error.to_string().contains("shutdown")), "it has given up on the request");
        let closing = closing(&db).await;
        held.release();
        let report = closing.await.expect("it ends");
        assert_eq!((report.finished, report.cut.len()), (1, 0), "{report:?}");
        assert_eq!(stored(&database).await, 2);
        books_are_right(&database).await;
    }
} }
