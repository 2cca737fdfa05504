//! A call that is cancelled between two attempts: its hooks wait for the rollback, and it never
//! holds a connection while it sleeps.

use sqlx_transactional::{Session, retry_on_error, transactional};
use tests::{
    checks::{next_call_clean, none_open_on_the_server, open_transactions},
    proxy::{Point, Proxy, Trigger, Way},
};
use tokio::{sync::Notify, task::yield_now};

use super::{
    observer::{REGISTERED, ROLLED_BACK},
    subject::open,
};
use crate::{
    bank::{BankError, options},
    diary::Diary,
    retry::{Fault, fail},
};

fn always(_: &BankError) -> bool {
    true
}

/// Gives spawned tasks time to run.
async fn others_have_run() {
    for _ in 0..100 {
        yield_now().await;
    }
}

on! { [postgres mysql]
    #[retry_on_error(attempts = 2, min_delay = "1ms", max_delay = "1ms", when = always)]
    #[transactional]
    async fn fails_first(session: &mut Session<DB>, diary: Diary, conflict: bool) -> Result<(), BankError> {
        session.after_rollback(diary.note(ROLLED_BACK));
        diary.note(REGISTERED).await;
        add(&mut *session, 1, -1).await?;
        if conflict { fail(session, Fault::Serialization).await.map_err(BankError::from) } else { Err(BankError::Overdraft) }
    }

    /// Cancelled while the rollback is on its way to the server, which still holds the locks.
    async fn hooks_wait_for_the_rollback(conflict: bool, rollback: impl FnOnce(&Proxy) -> Trigger) {
        let database = open::<DB>().await;
        let proxy = Proxy::of(&database);
        let pool = database.pool_through(&proxy, options(2));
        let rollback = rollback(&proxy);
        let diary = Diary::default();
        let call = tokio::spawn({ let (pool, diary) = (pool.clone(), diary.clone()); async move { fails_first(&pool, diary, conflict).await } });
        rollback.reached().await;
        call.abort();
        assert!(call.await.is_err_and(|error| error.is_cancelled()));
        others_have_run().await;
        // On MySQL the rollback is not awaited: the connection is killed, which ends the
        // transaction.
        let ended = open_transactions(&database).await.is_empty();
        assert!(ended || diary.read() == [REGISTERED], "a hook ran before the rollback");
        rollback.release();
        none_open_on_the_server(&database).await;
        while diary.is_waiting() {
            yield_now().await;
        }
        assert_eq!(diary.read(), [REGISTERED, ROLLED_BACK]);
    }

    #[tokio::test]
    async fn hooks_wait_for_the_rollback_before_the_pause() {
        hooks_wait_for_the_rollback(false, |proxy| proxy.hold(Way::ToServer, Point::Rollback)).await;
    }

    #[tokio::test]
    async fn hooks_wait_for_the_rollback_that_begins_anew() {
        hooks_wait_for_the_rollback(true, |proxy| proxy.hold(Way::ToServer, Point::Sql("ROLLBACK; "))).await;
    }

    static ASKED: Notify = Notify::const_new();

    fn asks(error: &BankError) -> bool {
        let timeout = matches!(error, BankError::Database(error) if sqlx_transactional::Class::of(error) == sqlx_transactional::Class::Timeout);
        if timeout {
            ASKED.notify_one();
        }
        timeout
    }

    #[retry_on_error(attempts = 3, min_delay = "60min", max_delay = "60min", when = asks)]
    #[transactional(timeout = "500ms")]
    async fn times_out_at_its_second_begin(session: &mut Session<DB>) -> Result<(), BankError> {
        add(&mut *session, 1, -1).await?;
        fail(session, Fault::Serialization).await.map_err(BankError::from)
    }

    #[tokio::test]
    async fn it_sleeps_with_no_connection_in_hand() {
        let database = open::<DB>().await;
        let proxy = Proxy::of(&database);
        let pool = database.pool_through(&proxy, options(1));
        let again = proxy.hold(Way::ToServer, Point::Sql("ROLLBACK; "));
        let call = tokio::spawn({ let pool = pool.clone(); async move { times_out_at_its_second_begin(&pool).await } });
        again.reached().await;
        ASKED.notified().await;
        again.release();
        none_open_on_the_server(&database).await;
        next_call_clean(&pool).await;
        call.abort();
    }
}
