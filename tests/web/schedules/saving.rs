//! The result of a job is stored once and as a whole, also if a statement or COMMIT fails.

use std::time::Duration;

use application::{count, nothing_is_left, open, open_through, until_held};
use sqlx::Any;
use sqlx_transactional::{Class, Db, Fault, RetryPolicy, Sandbox};
use tests::{
    proxy::{self, Point, Proxy, Way},
    servers::Server,
};
use tonic::Code;

use super::{
    A_WEEK, books_are_right,
    client::{Served, beside, code, job, order, publish, state},
    created, number,
    workers::time_passes,
};

/// The last statement of a job of one week: one for the job, one for the schedule, and 42 for its
/// shifts.
const LAST_ROW: u32 = 44;

async fn execute(db: &Db<Any>, sql: &'static str) {
    sqlx::query(sql)
        .execute(db.pool())
        .await
        .expect("it is right");
}

const SHIFTS: &str = "SELECT COUNT(*) FROM shifts";
const DUE: &str = "SELECT due FROM jobs";

/// The database reports the failure, and the transaction is tried again.
async fn at_the_last_row<DB: Server>(fault: Fault) {
    let database = created::<DB>().await;
    let sandbox = Sandbox::open(open(&database, 2).await.pool())
        .await
        .expect("a sandbox");
    let served = Served::with(sandbox.db(), None).await;
    assert_eq!(
        code(served.client().await.generate(order("december", 1)).await),
        Code::Ok
    );
    sandbox.fail_next(fault.at_statement(LAST_ROW));
    assert!(
        served
            .worker("worker")
            .work_next()
            .await
            .expect("there is a database")
    );
    assert_eq!(sandbox.faults_waiting(), 0);
    let done = served
        .client()
        .await
        .get_job(job("december"))
        .await
        .expect("it is there")
        .into_inner();
    assert_eq!(state(&done), ("STATE_DONE", 100, 1));
    assert_eq!(
        number(&sandbox.db(), SHIFTS).await,
        i64::try_from(A_WEEK).expect("few")
    );
    assert_eq!(
        number(&sandbox.db(), "SELECT COUNT(*) FROM changes").await,
        2
    );
    sandbox.close().await.expect("nothing escaped");
}

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    #[tokio::test]
    async fn a_conflict_at_the_last_row_is_tried_again() {
        at_the_last_row::<DB>(Fault::Deadlock).await;
        at_the_last_row::<DB>(Fault::ConnectionLost).await;
    }

    /// A job that fails for long returns to the queue with growing delays, and fails for good in
    /// the end.
    #[tokio::test]
    async fn a_job_that_fails_comes_later_and_later() {
        let database = created::<DB>().await;
        let sandbox = Sandbox::open(open(&database, 2).await.pool()).await.expect("a sandbox");
        let db = sandbox.db().with_retry_policy(RetryPolicy::new().attempts(1));
        let served = Served::with(db.clone(), None).await;
        let (mut client, worker) = (served.client().await, served.worker("worker"));
        assert_eq!(code(client.generate(order("december", 1)).await), Code::Ok);
        for (attempt, delay) in [(1, 1_000), (2, 2_000), (3, 4_000), (4, 8_000), (5, 0)] {
            sandbox.fail_next(Fault::ConnectionLost.at_statement(LAST_ROW));
            let before = service::now();
            assert!(worker.work_next().await.expect("there is a database"));
            assert_eq!((sandbox.faults_waiting(), number(&db, SHIFTS).await), (0, 0));
            let failed = client.get_job(job("december")).await.expect("it is there").into_inner();
            let expected = if attempt < 5 { "STATE_QUEUED" } else { "STATE_FAILED" };
            assert_eq!((state(&failed), failed.reason.as_str()), ((expected, 0, attempt), "come again later"));
            assert!(!worker.work_next().await.expect("there is a database"), "it waits");
            if attempt < 5 {
                let due = number(&db, DUE).await;
                assert!((before + delay..=service::now() + delay).contains(&due), "{due} {before} {delay}");
                execute(&db, "UPDATE jobs SET due = 0").await;
            }
        }
        assert_eq!(code(client.publish(publish("december")).await), Code::FailedPrecondition);
        sandbox.close().await.expect("nothing escaped");
    }
} }

mod unanswered {
    use super::*;

    on! { [postgres Postgres mysql MySql] {
        /// COMMIT or its answer was lost. The rows are stored once, and the job is done.
        #[tokio::test]
        async fn a_commit_that_is_not_answered_stores_once() {
            for (way, stored) in [(Way::ToServer, 0), (Way::ToClient, A_WEEK)] {
                let database = created::<DB>().await;
                let proxy = Proxy::of(&database);
                let db = open_through(&database, &proxy, 2).await;
                let served = Served::with(db.clone(), beside(&database).await).await;
                assert_eq!(code(served.client().await.generate(order("december", 1)).await), Code::Ok);
                let worker = served.worker("worker");
                let saving = proxy.hold(Way::ToServer, Point::Sql("INSERT INTO schedules"));
                let mut working = Box::pin(worker.work_next());
                until_held(&saving, working.as_mut()).await;
                let cut = proxy.inject(way, Point::Commit, proxy::Fault::Cut);
                saving.release();
                assert!(working.await.expect("there is a database") && cut.is_reached());
                assert_eq!(count(&database, "shifts").await, stored);
                books_are_right(&database).await;
                assert_eq!(count(&database, "jobs WHERE state = 'queued'").await, usize::from(stored == 0));
                time_passes(&database).await;
                while worker.work_next().await.expect("there is a database") {}
                assert_eq!((count(&database, "jobs WHERE state = 'done'").await, count(&database, "shifts").await), (1, A_WEEK));
                books_are_right(&database).await;
                nothing_is_left(&database, db.pool()).await;
            }
        }

        /// While the database is down, a worker cannot report anything. It does the job once the
        /// database is back.
        #[tokio::test]
        async fn a_database_that_goes_away_delays_a_job() {
            let database = created::<DB>().await;
            let proxy = Proxy::of(&database);
            let pool = open_through(&database, &proxy, 2).await.pool().clone();
            let impatient = pool.options().clone().acquire_timeout(Duration::from_secs(1));
            let db = Db::from(impatient.connect_lazy_with(pool.connect_options().as_ref().clone()));
            let served = Served::with(db.clone(), beside(&database).await).await;
            assert_eq!(code(served.client().await.generate(order("december", 1)).await), Code::Ok);
            let worker = served.worker("worker");
            let saving = proxy.hold(Way::ToServer, Point::Sql("INSERT INTO schedules"));
            let mut working = Box::pin(worker.work_next());
            until_held(&saving, working.as_mut()).await;
            proxy.refuse();
            proxy.cut();
            let error = working.await.expect_err("not even the failure can be noted");
            assert!(matches!(Class::of(&error), Class::Connection | Class::PoolTimeout), "{error}");
            proxy.restore();
            assert!(!worker.work_next().await.expect("it is back"), "the failure is not stored, and the job has a lease");
            time_passes(&database).await;
            assert!(worker.work_next().await.expect("it is back"));
            assert_eq!((count(&database, "jobs WHERE state = 'done' AND attempts = 2").await, count(&database, "shifts").await), (1, A_WEEK));
            books_are_right(&database).await;
        }
    } }
}
