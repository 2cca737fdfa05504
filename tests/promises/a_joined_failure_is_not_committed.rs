//! A joined call is atomic too. If it wrote something and then failed, its caller cannot ignore the
//! error and commit. If it wrote nothing, the caller can.

use sqlx_transactional::{Error, ReadOnly, Session, transactional};

use crate::bank::{BankError, balances, open, sql};

type Anything = Result<(), Box<dyn std::error::Error + Send + Sync>>;

on_each_database! {
    #[transactional]
    async fn swallows_an_overdraft(session: &mut Session<DB>) -> Anything {
        assert!(add(&mut *session, 1, -5000).await.is_err());
        add(session, 2, 1).await.map_err(|_| "no overdraft")?;
        Ok(())
    }

    #[tokio::test]
    async fn the_error_names_the_function_and_says_what_to_do() {
        let (database, pool) = open::<DB>(1).await;
        let error = swallows_an_overdraft(&pool).await.expect_err("account 1 is in debt");
        assert!(matches!(Error::find(&*error), Some(Error::RolledBack { by: Some(by), .. }) if by.ends_with("::add")), "{error:?}");
        assert!(error.to_string().contains("with `nested` it would be undone alone"), "{error}");
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[transactional]
    async fn finds(session: &mut Session<DB, ReadOnly>, account: i64) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar(sql::<DB>("SELECT cents FROM accounts WHERE id = $1")).bind(account).fetch_one(session).await
    }

    #[transactional]
    async fn finds_without_saying_so(session: &mut Session<DB>, account: i64) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar(sql::<DB>("SELECT cents FROM accounts WHERE id = $1")).bind(account).fetch_one(session).await
    }

    #[transactional]
    async fn handles_what_is_not_found(session: &mut Session<DB>) -> Result<(), BankError> {
        assert!(matches!(finds(&mut *session, 99).await, Err(sqlx::Error::RowNotFound)));
        assert!(matches!(finds_without_saying_so(&mut *session, 99).await, Err(sqlx::Error::RowNotFound)));
        add(session, 2, 1).await?;
        Ok(())
    }

    #[tokio::test]
    async fn one_that_only_read_may_fail() {
        let (database, pool) = open::<DB>(1).await;
        handles_what_is_not_found(&pool).await.expect("nothing was written by what failed");
        assert_eq!(balances(&database).await, (1000, 1001));
    }

    #[transactional]
    async fn changes_its_mind(session: &mut Session<DB>) -> Result<&'static str, BankError> {
        add(&mut *session, 1, 300).await?;
        session.set_rollback_only();
        Ok("as if nothing had happened")
    }

    #[transactional]
    async fn joins_one_that_changes_its_mind(session: &mut Session<DB>) -> Anything {
        changes_its_mind(session).await.map_err(|_| "no overdraft")?;
        Ok(())
    }

    #[tokio::test]
    async fn set_rollback_only_keeps_the_ok_of_the_function_that_asked() {
        let (database, pool) = open::<DB>(1).await;
        assert_eq!(changes_its_mind(&pool).await.expect("the call set rollback-only itself"), "as if nothing had happened");
        let error = joins_one_that_changes_its_mind(&pool).await.expect_err("its caller did not set rollback-only");
        assert!(matches!(Error::find(&*error), Some(Error::RolledBack { by: Some(by), .. }) if by.ends_with("::changes_its_mind")), "{error:?}");
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    /// Counts failed log-ins.
    #[transactional(commit_on(BankError::Overdraft))]
    async fn counts_the_failure(session: &mut Session<DB>, then: &'static str) -> Result<(), BankError> {
        add(&mut *session, 1, 1).await?;
        match then {
            "overdraft" => Err(BankError::Overdraft),
            _ => Err(BankError::Database(sqlx::Error::RowNotFound)),
        }
    }

    #[tokio::test]
    async fn commit_on_stores_what_the_failure_wrote() {
        let (database, pool) = open::<DB>(1).await;
        assert!(matches!(counts_the_failure(&pool, "overdraft").await, Err(BankError::Overdraft)));
        assert_eq!(balances(&database).await, (1001, 1000));
        assert!(matches!(counts_the_failure(&pool, "another").await, Err(BankError::Database(_))));
        assert_eq!(balances(&database).await, (1001, 1000));
    }
}

mod commit_on_a_dead_transaction {
    use super::*;
    use crate::bank::postgres::add;

    #[transactional(commit_on(BankError::Overdraft))]
    async fn dies_first(session: &mut Session<sqlx::Postgres>) -> Result<(), BankError> {
        add(&mut *session, 1, 1).await?;
        assert!(sqlx::query("SELECT 1 / 0").execute(session).await.is_err());
        Err(BankError::Overdraft)
    }

    #[tokio::test]
    async fn is_a_failure_like_any_other() {
        let (database, pool) = open(1).await;
        let outcome = dies_first(&pool).await;
        assert!(
            matches!(&outcome, Err(BankError::Database(error)) if error.to_string().contains("division by zero")),
            "{outcome:?}"
        );
        assert_eq!(balances(&database).await, (1000, 1000));
    }
}
