//! What a call does in a sandbox: it commits, rolls back, nests, reads and runs its hooks in the
//! same way as outside.

use futures_util::FutureExt as _;
use sqlx_transactional::{Db, ReadOnly, Serializable, Session, transactional};

use tokio::sync::Notify;

use super::{on_pool, open};
use crate::{bank::BankError, diary::Diary};

on_each_driver! {
    #[transactional]
    async fn cents(session: &mut Session<DB, ReadOnly>) -> Result<Vec<i64>, BankError> {
        Ok(sqlx::query_scalar("SELECT cents FROM accounts ORDER BY id").fetch_all(session).await?)
    }

    #[tokio::test]
    async fn ok_is_seen_by_the_next_call_and_err_is_not() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let db = sandbox.db();
        transfer(&db, 1, 2, 300).await.expect("there is enough");
        assert!(matches!(transfer(&db, 1, 2, 900).await, Err(BankError::Overdraft)));
        assert_eq!(cents(&db).await.expect("it reads"), [700, 1300]);
        assert_eq!(cents(&sandbox).await.expect("a sandbox is as good as its Db"), [700, 1300]);
        sandbox.close().await.expect("nothing escaped");
    }

    #[transactional]
    async fn panics(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 1, -1).await?;
        panic!("on purpose")
    }

    #[transactional]
    async fn waits_for_ever(session: &mut Session<DB>, reached: &Notify) -> Result<(), BankError> {
        add(session, 1, -1).await?;
        reached.notify_one();
        std::future::pending().await
    }

    #[tokio::test]
    async fn a_panic_and_a_cancelled_call_roll_back() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let db = sandbox.db();
        let panicked = std::panic::AssertUnwindSafe(panics(&db)).catch_unwind().await;
        panicked.expect_err("it panics");
        assert_eq!(cents(&db).await.expect("it reads"), [1000, 1000]);
        let reached = Notify::new();
        tokio::select! {
            _ = waits_for_ever(&db, &reached) => panic!("it waits"),
            () = reached.notified() => {}
        }
        assert_eq!(cents(&db).await.expect("it reads"), [1000, 1000]);
        sandbox.close().await.expect("nothing escaped");
    }

    #[transactional(nested)]
    async fn inner(session: &mut Session<DB>, diary: &Diary, ok: bool) -> Result<(), BankError> {
        session.after_commit(diary.note("B"));
        add(session, 2, 1).await?;
        if ok { Ok(()) } else { Err(BankError::Overdraft) }
    }

    #[transactional]
    async fn joined(session: &mut Session<DB>, diary: &Diary) -> Result<(), BankError> {
        session.after_commit(diary.note("C"));
        add(&mut *session, 1, 1).await?;
        inner(session, diary, true).await
    }

    #[transactional]
    async fn outer(session: &mut Session<DB>, diary: &Diary, inner_ok: bool, ok: bool) -> Result<(), BankError> {
        session.after_commit(diary.note("A"));
        let _ = inner(&mut *session, diary, inner_ok).await;
        joined(&mut *session, diary).await?;
        session.after_commit(diary.note("D"));
        session.after_rollback(diary.note("rolled back"));
        if ok { Ok(()) } else { Err(BankError::Overdraft) }
    }

    /// The same calls on a pool and in a sandbox.
    async fn notes(call: impl AsyncFn(&Db<DB>, &Diary)) -> [Vec<&'static str>; 2] {
        let (_database, pool) = on_pool::<Home, DB>(1).await;
        let (production, sandboxed) = (Diary::default(), Diary::default());
        call(&Db::from(pool), &production).await;
        let (_database, sandbox) = open::<Home, DB>().await;
        call(&sandbox.db(), &sandboxed).await;
        sandbox.close().await.expect("nothing escaped");
        [production.read(), sandboxed.read()]
    }

    #[tokio::test]
    async fn hooks_run_in_the_order_of_production() {
        for (inner_ok, ok, expected) in [
            (true, true, &["A", "B", "C", "B", "D", "returned"][..]),
            (false, true, &["A", "C", "B", "D", "returned"]),
            (true, false, &["rolled back", "returned"]),
        ] {
            let [production, sandboxed] = notes(async |db, diary| {
                let _ = outer(db, diary, inner_ok, ok).await;
                diary.note("returned").await;
            })
            .await;
            assert_eq!(production, expected);
            assert_eq!(sandboxed, expected);
        }
    }

    #[transactional]
    async fn writes_where_it_must_not(session: &mut Session<DB, ReadOnly>) -> Result<(), BankError> {
        sqlx::query("UPDATE accounts SET cents = 0").execute(session).await?;
        Ok(())
    }

    #[transactional]
    async fn strict(_session: &mut Session<DB, Serializable>) -> Result<(), BankError> {
        Ok(())
    }

    #[tokio::test]
    async fn what_a_function_needs_of_its_session_is_enforced() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let db = sandbox.db();
        writes_where_it_must_not(&db).await.expect_err("it is read-only");
        assert_eq!(cents(&db).await.expect("it reads"), [1000, 1000]);
        add(&db, 1, 1).await.expect("the sandbox is not read-only");
        if <Home as sqlx::Database>::NAME == "SQLite" {
            strict(&db).await.expect("the database has no other isolation level");
        } else {
            let Err(BankError::Database(refused)) = strict(&db).await else { panic!("the sandbox is weaker") };
            assert!(refused.to_string().contains("open_in::<Serializable>"), "{refused}");
        }
        sandbox.close().await.expect("nothing escaped");
    }

    #[tokio::test]
    async fn in_a_serializable_sandbox_every_function_runs() {
        let (_database, pool) = on_pool::<Home, DB>(2).await;
        let sandbox = sqlx_transactional::Sandbox::open_in::<Serializable>(&pool).await.expect("a sandbox is opened");
        strict(&sandbox.db()).await.expect("it is");
        transfer(&sandbox.db(), 1, 2, 1).await.expect("the sandbox is stricter than the call needs");
        sandbox.close().await.expect("nothing escaped");
    }
}
