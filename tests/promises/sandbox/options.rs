//! The attributes of a function have the same effect in a sandbox as outside.

use std::time::Duration;

use sqlx_transactional::{Db, ReadOnly, Session, retry_on_error, transactional};
use tests::explorer::{Cut, When};

use super::open;
use crate::bank::BankError;

/// A query for the lock timeout of a connection, in the unit of the database.
fn limit<DB: sqlx::Database>() -> &'static str {
    match DB::NAME {
        "MySQL" => "SELECT CAST(@@SESSION.innodb_lock_wait_timeout AS SIGNED)",
        "PostgreSQL" => "SELECT setting::bigint FROM pg_settings WHERE name = 'lock_timeout'",
        _ => "PRAGMA busy_timeout",
    }
}

on_each_database! {
    #[transactional]
    async fn cents(session: &mut Session<DB, ReadOnly>) -> Result<Vec<i64>, BankError> {
        Ok(sqlx::query_scalar("SELECT cents FROM accounts ORDER BY id").fetch_all(session).await?)
    }

    #[transactional]
    async fn usual(session: &mut Session<DB>) -> Result<i64, BankError> {
        Ok(sqlx::query_scalar(limit::<DB>()).fetch_one(session).await?)
    }

    #[transactional(lock_timeout = "3s")]
    async fn limited(session: &mut Session<DB>, ok: bool) -> Result<i64, BankError> {
        add(&mut *session, 1, 1).await?;
        let limit = sqlx::query_scalar(limit::<DB>()).fetch_one(session).await?;
        if ok { Ok(limit) } else { Err(BankError::Overdraft) }
    }

    /// The limit in a call that sets one, and in the calls after it, however it ends.
    async fn limits(db: &Db<DB>) -> Result<[i64; 5], BankError> {
        let (before, within) = (usual(db).await?, limited(db, true).await?);
        let committed = usual(db).await?;
        limited(db, false).await.expect_err("it says so");
        let rolled_back = usual(db).await?;
        Cut::at(3, When::AtOnce).apply(limited(db, true)).await;
        Ok([before, within, committed, rolled_back, usual(db).await?])
    }

    #[tokio::test]
    async fn lock_timeout() {
        let (_database, pool) = crate::bank::open::<DB>(1).await;
        let production = limits(&Db::from(pool)).await.expect("nothing fails");
        let (_database, sandbox) = open::<DB, DB>().await;
        let sandboxed = limits(&sandbox.db()).await.expect("nothing fails");
        assert_eq!(sandboxed, production);
        let [before, within, after @ ..] = sandboxed;
        assert!(within != before && after == [before; 3], "{sandboxed:?}");
        sandbox.close().await.expect("nothing escaped");
    }

    #[transactional(commit_on(BankError::Overdraft))]
    async fn counts_a_failure(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 2, 1).await?;
        Err(BankError::Overdraft)
    }

    #[transactional]
    async fn looks_only(session: &mut Session<DB>) -> Result<i64, BankError> {
        session.set_rollback_only();
        add(session, 1, 1).await
    }

    #[tokio::test]
    async fn commit_on_and_set_rollback_only() {
        let (_database, sandbox) = open::<DB, DB>().await;
        let db = sandbox.db();
        counts_a_failure(&db).await.expect_err("it is stored all the same");
        assert_eq!(cents(&db).await.expect("it reads"), [1000, 1001]);
        assert_eq!(looks_only(&db).await.expect("it is not stored all the same"), 1001);
        assert_eq!(cents(&db).await.expect("it reads"), [1000, 1001]);
        assert_eq!((sandbox.committed(), sandbox.rolled_back()), (3, 1));
        sandbox.close().await.expect("nothing escaped");
    }

    /// Outside a sandbox, the call does not wait for the end of its transaction.
    #[tokio::test]
    async fn read_only_has_ended_before_the_next_call() {
        let (_database, sandbox) = open::<DB, DB>().await;
        let db = sandbox.db();
        for round in 1..=20 {
            cents(&db).await.expect("it reads");
            assert_eq!(sandbox.committed(), 2 * round - 1);
            assert_eq!(add(&db, 1, 1).await.expect("it writes"), 1000 + i64::try_from(round).expect("a few"));
        }
        sandbox.close().await.expect("nothing escaped");
    }

    #[retry_on_error(exactly_once)]
    #[transactional]
    async fn once(session: &mut Session<DB>) -> Result<i64, BankError> {
        add(session, 1, 1).await
    }

    /// Without the ledger, such a call does not begin on `MySQL`.
    #[tokio::test]
    async fn exactly_once_costs_its_own_call_where_it_cannot_be() {
        let (_database, sandbox) = open::<DB, DB>().await;
        let db = sandbox.db();
        assert_eq!(once(&db).await.is_err(), <DB as sqlx::Database>::NAME == "MySQL");
        add(&db, 1, 1).await.expect("the next call works");
        sandbox.close().await.expect("nothing escaped");
    }

    #[transactional(timeout = "1ms")]
    async fn hurried(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 1, 1).await?;
        std::future::pending().await
    }

    #[tokio::test]
    async fn timeout() {
        let (_database, sandbox) = open::<DB, DB>().await;
        for _ in 0..20 {
            hurried(&sandbox.db()).await.expect_err("it does not end");
            tokio::time::timeout(Duration::from_millis(1), add(&sandbox.db(), 1, 0)).await.ok();
            assert_eq!(cents(&sandbox.db()).await.expect("it has its turn"), [1000, 1000]);
        }
        sandbox.close().await.expect("nothing escaped");
    }
}
