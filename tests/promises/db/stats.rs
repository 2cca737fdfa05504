//! The figures of a handle, at moments that the test has chosen.

use sqlx_transactional::{Db, RetryBudget, Session, transactional};
use tokio::sync::Semaphore;

use crate::bank::{BankError, open, options};

on_each_database! {
    #[transactional]
    async fn waits(session: &mut Session<DB>, go_on: &Semaphore) -> Result<(), BankError> {
        add(&mut *session, 1, 1).await?;
        go_on.acquire().await.expect("it is not closed").forget();
        Ok(())
    }

    #[transactional]
    async fn joins(session: &mut Session<DB>, go_on: &Semaphore) -> Result<(), BankError> {
        waits(session, go_on).await
    }

    #[tokio::test]
    async fn figures_of_calls_and_pools() {
        let (database, pool) = open::<DB>(1).await;
        let db = Db::from(pool).with_readers([database.pool(options(3))]).with_retry_budget(RetryBudget::new(7));
        let (clone, go_on) = (db.clone(), Semaphore::new(0));
        let idle = db.stats();
        assert_eq!((idle.writer.size, idle.writer.max, idle.readers[0].max), (0, 1, 3));
        assert_eq!((idle.calls, idle.transactions, idle.retries_left, idle.retry_budget), (0, 0, 7, 7));
        let busy = async {
            while db.stats().writer.waiting < 2 || db.stats().transactions == 0 {
                tokio::task::yield_now().await;
            }
            let busy = db.stats();
            assert_eq!((busy.calls, busy.transactions, busy.writer.waiting), (3, 1, 2));
            assert_eq!((busy.writer.size, busy.writer.idle, busy.writer.in_use), (1, 0, 1));
            assert!(busy.writer.is_saturated() && !busy.readers[0].is_saturated() && !busy.closed);
            go_on.add_permits(3);
        };
        let calls = async { tokio::try_join!(joins(&db, &go_on), joins(&db, &go_on), joins(&clone, &go_on)) };
        let (outcome, ()) = tokio::join!(calls, busy);
        outcome.expect("nothing fails");
        let after = db.stats();
        assert_eq!((after.calls, after.transactions, after.writer.waiting), (0, 0, 0));
    }

    /// A call that is dropped while it waits does not count any more.
    #[tokio::test]
    async fn figures_of_a_call_that_was_dropped() {
        let (_database, pool) = open::<DB>(1).await;
        let db = Db::from(pool.clone());
        let _taken = pool.acquire().await.expect("a connection");
        let go_on = Semaphore::new(1);
        tokio::select! {
            biased;
            _ = waits(&db, &go_on) => panic!("there is no connection"),
            () = async { assert_eq!((db.stats().calls, db.stats().writer.waiting), (1, 1)) } => {}
        }
        assert_eq!((db.stats().calls, db.stats().writer.waiting), (0, 0));
    }
}
