//! `Db::close` refuses new calls, lets running calls finish until the deadline, cancels the rest,
//! and reports what it has done. All databases.

use std::sync::Arc;
use std::time::Duration;

use sqlx_transactional::{
    Class, CloseReport, Db, Error, RetryPolicy, Session, retry_on_error, transactional,
};
use tests::checks::{PROMISED, none_open_on_the_server, row_lockable_within};
use tests::servers::{Server, TestDatabase};
use tokio::sync::{Notify, Semaphore};

use crate::bank::{BankError, balances, open};

/// Longer than any step of these tests.
const LONG: Duration = Duration::from_mins(1);

/// A place where a body waits until the test lets it go on.
#[derive(Default)]
struct Stop {
    reached: Notify,
    gone_on: Notify,
}

impl Stop {
    async fn here(&self) {
        self.reached.notify_one();
        self.gone_on.notified().await;
    }
}

/// Whether the outcome is `Error::Cut`, found in a type that converts only `sqlx::Error`.
fn is_cut(outcome: &Result<(), BankError>) -> bool {
    let Err(BankError::Database(error)) = outcome else {
        return false;
    };
    assert_eq!(Class::of(error), Class::Closed);
    matches!(Error::find(error), Some(Error::Cut))
}

fn is_refused(outcome: &Result<(), BankError>) {
    let Err(BankError::Database(error)) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(
        matches!(Error::find(error), Some(Error::Closed)),
        "{error:?}"
    );
    assert_eq!(Class::of(error).http_status(), 503);
}

fn counts(report: &CloseReport) -> (usize, usize, usize, usize) {
    (
        report.running,
        report.finished,
        report.cut.len(),
        report.unfinished,
    )
}

/// Nothing is left of the cancelled calls, on the server or in the tables.
async fn nothing_was_left<DB: Server>(database: &TestDatabase<DB>) {
    none_open_on_the_server(database).await;
    row_lockable_within(database, "accounts WHERE id = 1", PROMISED).await;
    assert_eq!(balances(database).await, (1000, 1000));
}

fn always(_: &BankError) -> bool {
    true
}

on_each_database! {
    #[transactional(name = "stops")]
    async fn stops(session: &mut Session<DB>, stop: Arc<Stop>) -> Result<(), BankError> {
        add(session, 1, 1).await?;
        stop.here().await;
        Ok(())
    }

    fn stopped(db: &Db<DB>) -> (Arc<Stop>, tokio::task::JoinHandle<Result<(), BankError>>) {
        let (db, stop) = (db.clone(), Arc::new(Stop::default()));
        (Arc::clone(&stop), tokio::spawn(async move { stops(&db, stop).await }))
    }

    #[retry_on_error(when = always)]
    #[transactional(name = "retried")]
    async fn retried(session: &mut Session<DB>, runs: Arc<Semaphore>) -> Result<(), BankError> {
        runs.add_permits(1);
        add(session, 1, 1).await?;
        Err(BankError::Overdraft)
    }

    #[tokio::test]
    async fn no_handle_takes_new_calls() {
        let (_database, pool) = open::<DB>(2).await;
        let db = Db::from(pool.clone());
        let [clone, other] = [db.clone(), db.clone().with_timeout(LONG).with_readers([])];
        assert!(!db.is_closed());
        let report = db.close(LONG).await;
        assert_eq!((counts(&report), report.pools_closed), ((0, 0, 0, 0), true));
        assert!(pool.is_closed() && clone.is_closed() && other.is_closed());
        for db in [&db, &clone, &other] {
            is_refused(&stops(db, Arc::default()).await);
            let runs = Arc::new(Semaphore::new(0));
            is_refused(&retried(db, Arc::clone(&runs)).await);
            assert_eq!(runs.available_permits(), 0);
        }
    }

    #[tokio::test]
    async fn a_call_may_finish() {
        let (database, pool) = open::<DB>(2).await;
        let db = Db::from(pool);
        let (stop, call) = stopped(&db);
        stop.reached.notified().await;
        let closing = tokio::spawn({ let db = db.clone(); async move { db.close(LONG).await } });
        while !db.is_closed() {
            tokio::task::yield_now().await;
        }
        is_refused(&stops(&db, Arc::default()).await);
        assert!(!closing.is_finished());
        stop.gone_on.notify_one();
        call.await.expect("it does not panic").expect("it ends before the deadline");
        let report = closing.await.expect("it does not panic");
        assert_eq!((counts(&report), report.pools_closed), ((1, 1, 0, 0), true));
        assert_eq!(balances(&database).await, (1001, 1000));
    }

    #[tokio::test]
    async fn what_runs_at_the_deadline_is_cut() {
        let (database, pool) = open::<DB>(1).await;
        let db = Db::from(pool);
        let (stop, call) = stopped(&db);
        stop.reached.notified().await;
        // This call waits for the connection of the first.
        let (_, waits) = stopped(&db);
        while db.stats().writer.waiting == 0 {
            tokio::task::yield_now().await;
        }
        let report = db.close(Duration::ZERO).await;
        assert_eq!((counts(&report), report.pools_closed), ((2, 0, 2, 0), true));
        assert_eq!(report.cut, ["stops", "stops"]);
        for call in [call, waits] {
            assert!(is_cut(&call.await.expect("it does not panic")));
        }
        nothing_was_left(&database).await;
    }

    #[tokio::test]
    async fn a_call_between_two_attempts_is_cut() {
        let (database, pool) = open::<DB>(1).await;
        let hour = Duration::from_hours(1);
        let db = Db::from(pool.clone()).with_retry_policy(RetryPolicy::new().min_delay(hour).max_delay(hour));
        let runs = Arc::new(Semaphore::new(0));
        let call = tokio::spawn({ let (db, runs) = (db.clone(), Arc::clone(&runs)); async move { retried(&db, runs).await } });
        runs.acquire().await.expect("it is open").forget();
        // Once the call has released its connection, it sleeps.
        drop(pool.acquire().await.expect("it is given back"));
        let report = db.close(Duration::ZERO).await;
        assert_eq!((counts(&report), report.cut), ((1, 0, 1, 0), vec!["retried"]));
        assert!(is_cut(&call.await.expect("it does not panic")));
        assert_eq!(runs.available_permits(), 0, "there is no second attempt");
        nothing_was_left(&database).await;
    }

    #[tokio::test]
    async fn the_first_deadline_cuts_and_all_are_told() {
        let (_database, pool) = open::<DB>(2).await;
        let db = Db::from(pool);
        let (stop, call) = stopped(&db);
        stop.reached.notified().await;
        let patient = tokio::spawn({ let db = db.clone(); async move { db.close(LONG).await } });
        while !db.is_closed() {
            tokio::task::yield_now().await;
        }
        let report = db.close(Duration::ZERO).await;
        assert_eq!(report.cut, ["stops"]);
        assert_eq!(patient.await.expect("it does not panic"), report);
        assert_eq!(db.close(LONG).await, report);
        assert!(is_cut(&call.await.expect("it does not panic")));
    }
}

#[tokio::test]
async fn a_pool_whose_connection_is_kept_is_not_waited_for_longer_than_promised() {
    let pool = tests::servers::memory_pool();
    let _kept = pool.acquire().await.expect("a connection");
    let report = Db::from(pool).close(LONG).await;
    assert_eq!(
        (counts(&report), report.pools_closed),
        ((0, 0, 0, 0), false)
    );
}
