//! Hooks run once the outcome of the whole transaction is known and the connection is released.
//! Only the hooks of that outcome run, in order and once.

use futures_util::FutureExt as _;
use sqlx_transactional::{Session, transactional};
use tests::checks::all_is_well;
use tests::explorer::every_poll;

use crate::{
    bank::{BankError, balances, open},
    diary::Diary,
};

on_each_database! {
    #[transactional(nested)]
    async fn inner(session: &mut Session<DB>, diary: &Diary, ok: bool) -> Result<(), BankError> {
        session.after_commit(diary.note("inner committed"));
        session.after_rollback(diary.note("inner rolled back"));
        add(session, 2, 1).await?;
        if ok { Ok(()) } else { Err(BankError::Overdraft) }
    }

    #[transactional]
    async fn outer(session: &mut Session<DB>, diary: &Diary, inner_ok: bool, ok: bool) -> Result<(), BankError> {
        session.after_commit(diary.note("first"));
        let _ = inner(&mut *session, diary, inner_ok).await;
        session.after_commit(diary.note("last"));
        session.after_rollback(diary.note("rolled back"));
        assert!(diary.read().is_empty(), "the outcome is not known yet");
        if ok { Ok(()) } else { Err(BankError::Overdraft) }
    }

    #[tokio::test]
    async fn in_order_and_without_those_of_a_savepoint_that_was_rolled_back() {
        let (_database, pool) = open::<DB>(1).await;
        for (inner_ok, ok, expected) in [
            (true, true, vec!["first", "inner committed", "last"]),
            (false, true, vec!["first", "last"]),
            (true, false, vec!["inner rolled back", "rolled back"]),
        ] {
            let diary = Diary::default();
            assert_eq!(outer(&pool, &diary, inner_ok, ok).await.is_ok(), ok);
            assert_eq!(diary.read(), expected);
        }
    }

    #[transactional]
    async fn uses_the_pool_afterwards(session: &mut Session<DB>, pool: &sqlx::Pool<DB>, diary: &Diary) -> Result<(), BankError> {
        add(&mut *session, 1, 1).await?;
        let (pool, note) = (pool.clone(), diary.note("added"));
        session.after_commit(async { panic!("the other hooks still run") });
        session.after_commit(async move {
            add(&pool, 1, 1).await.expect("the connection is back in its pool of one");
            note.await;
        });
        Ok(())
    }

    #[tokio::test]
    async fn with_the_connection_released_and_whatever_another_hook_does() {
        let (database, pool) = open::<DB>(1).await;
        let diary = Diary::default();
        uses_the_pool_afterwards(&pool, &pool, &diary).await.expect("a hook cannot fail the call");
        assert_eq!((diary.read(), balances(&database).await.0), (vec!["added"], 1002));
    }

    #[transactional]
    async fn is_cancelled(session: &mut Session<DB>, diary: &Diary) -> Result<(), BankError> {
        session.after_commit(diary.note("committed"));
        session.after_rollback(diary.note("rolled back"));
        add(session, 1, 1).await?;
        Ok(())
    }

    /// If a call is cancelled while COMMIT is on its way, the crate finishes it in the background
    /// and runs its hooks.
    #[tokio::test]
    async fn also_when_the_call_is_cancelled_at_any_poll() {
        let (database, pool) = open::<DB>(1).await;
        every_poll(async |cut| {
            let before = balances(&database).await.0;
            let diary = Diary::default();
            let outcome = cut.apply(is_cancelled(&pool, &diary)).await;
            all_is_well(&database, &pool, "accounts WHERE id = 1").await;
            // The hooks run in the task that returned the connection.
            let registered = diary.is_waiting() || !diary.read().is_empty();
            while diary.is_waiting() {
                tokio::task::yield_now().await;
            }
            let stored = balances(&database).await.0 > before;
            match diary.read().as_slice() {
                ["committed"] => assert!(stored),
                ["rolled back"] => assert!(!stored),
                // The call was cancelled before its body ran.
                [] => assert!(!registered && !stored),
                more => panic!("{more:?}"),
            }
            outcome.is_some()
        })
        .await;
    }

    #[transactional]
    async fn panics(session: &mut Session<DB>, diary: &Diary) -> Result<(), BankError> {
        session.after_commit(diary.note("committed"));
        session.after_rollback(diary.note("rolled back"));
        panic!("as a test must");
    }

    #[tokio::test]
    async fn also_when_the_body_panics() {
        let (_database, pool) = open::<DB>(1).await;
        let diary = Diary::default();
        assert!(std::panic::AssertUnwindSafe(panics(&pool, &diary)).catch_unwind().await.is_err());
        while diary.is_waiting() {
            tokio::task::yield_now().await;
        }
        assert_eq!(diary.read(), ["rolled back"]);
    }
}

mod on_an_unknown_commit {
    use tests::proxy::{Fault, Point, Proxy, Way};

    use super::*;
    use crate::bank::options;
    use crate::bank::postgres::add;

    #[transactional]
    async fn registers_both(
        session: &mut Session<sqlx::Postgres>,
        diary: &Diary,
    ) -> Result<(), BankError> {
        session.after_commit(diary.note("committed"));
        session.after_rollback(diary.note("rolled back"));
        add(session, 1, 1).await?;
        Ok(())
    }

    #[tokio::test]
    async fn none_runs() {
        let (database, _) = open::<sqlx::Postgres>(1).await;
        let proxy = Proxy::postgres(database.address());
        let pool = database.pool_through(&proxy, options(1));
        let _lost = proxy.inject(Way::ToClient, Point::Commit, Fault::Cut);
        let diary = Diary::default();
        assert!(registers_both(&pool, &diary).await.is_err());
        assert!(diary.read().is_empty());
    }
}
