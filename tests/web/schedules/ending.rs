//! What the process does when it has to end.

use application::{closing, count, nothing_is_left, open_through, until_held};
use tests::{
    checks::PROMISED,
    proxy::{Point, Proxy, Way},
};
use tokio::time::timeout;
use tonic::Code;

use super::{
    A_WEEK, books_are_right,
    client::{Served, beside, code, job, order, staff, state},
    created,
    gate::Held,
    served,
};

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    /// The job is as if the worker had not taken it, and another worker does it at once.
    #[tokio::test]
    async fn a_worker_gives_back_what_it_has_not_done() {
        let database = created::<DB>().await;
        let (db, served) = served(&database, 2).await;
        assert_eq!(code(served.client().await.generate(order("december", 12)).await), Code::Ok);
        let worker = Held::in_the_middle(&served, "worker").await;
        served.ending.cancel();
        worker.goes_on().await;
        assert_eq!(count(&database, "jobs WHERE state = 'queued' AND progress = 0 AND attempts = 1 AND tries_left = 5").await, 1);
        assert_eq!(count(&database, "shifts").await, 0);

        let next = super::served(&database, 2).await.1;
        assert!(next.worker("next").work_next().await.expect("there is a database"), "it is due");
        assert_eq!((count(&database, "jobs WHERE state = 'done' AND attempts = 2").await, count(&database, "shifts").await), (1, 12 * A_WEEK));
        books_are_right(&database).await;
        nothing_is_left(&database, db.pool()).await;
    }

    /// A client that watches is notified, and does not delay the end.
    #[tokio::test]
    async fn a_server_ends_although_somebody_watches() {
        let database = created::<DB>().await;
        let (_, served) = served(&database, 2).await;
        let mut client = served.client().await;
        assert_eq!(code(client.generate(order("december", 1)).await), Code::Ok);
        let mut watched = client.watch_job(job("december")).await.expect("it answers").into_inner();
        assert_eq!(state(&watched.message().await.expect("it is there").expect("once")).0, "STATE_QUEUED");
        served.ending.cancel();
        let told = timeout(PROMISED, watched.message()).await.expect("the end does not wait for the job");
        assert_eq!(code(told), Code::Unavailable);
        served.ended.await.expect("it ends");
    }
} }

mod at_commit {
    use super::*;

    on! { [postgres Postgres mysql MySql] {
        #[tokio::test]
        async fn a_call_at_commit_is_answered_and_none_is_taken() {
            let database = created::<DB>().await;
            let proxy = Proxy::of(&database);
            let db = open_through(&database, &proxy, 2).await;
            let served = Served::with(db.clone(), beside(&database).await).await;
            let (mut client, mut other) = (served.client().await, served.client().await);
            let acknowledged = proxy.hold(Way::ToClient, Point::Commit);
            let mut adding = Box::pin(client.add_staff(staff("porters", 3)));
            until_held(&acknowledged, adding.as_mut()).await;
            let closing = closing(&db).await;
            assert_eq!(code(other.get_job(job("december")).await), Code::Unavailable);
            drop(other);
            served.ending.cancel();
            acknowledged.release();
            assert_eq!(code(adding.await), Code::Ok);
            drop(client);
            served.ended.await.expect("it ends");
            let report = closing.await.expect("it ends");
            assert_eq!((report.finished, report.cut.len(), count(&database, "teams").await), (1, 0, 2));
        }
    } }
}
