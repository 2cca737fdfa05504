//! A call fails at once, with an error that says why, if it would wait for a transaction of its own
//! task: for the only connection of a pool, or for SQLite's one write lock. All databases.

use std::time::Duration;

use sqlx_transactional::{Session, transactional};

use crate::bank::{BankError, balances, open};

on_each_database! {
    #[transactional(requires_new)]
    async fn on_its_own(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 2, 1).await?;
        Ok(())
    }

    async fn helper(pool: &sqlx::Pool<DB>) -> Result<(), BankError> {
        on_its_own(pool).await
    }

    #[transactional]
    async fn begins_another(session: &mut Session<DB>, pool: &sqlx::Pool<DB>) -> Result<(), BankError> {
        add(session, 1, 1).await?;
        helper(pool).await
    }

    #[transactional]
    async fn joins_one_that_does(session: &mut Session<DB>, pool: &sqlx::Pool<DB>) -> Result<(), BankError> {
        begins_another(session, pool).await
    }

    fn said(outcome: Result<(), BankError>, what: &str) {
        let Err(BankError::Database(error)) = outcome else { panic!("{outcome:?}") };
        assert!(error.to_string().contains(what) && error.to_string().contains("::on_its_own` cannot begin"), "{error}");
    }

    #[tokio::test]
    async fn for_the_only_connection_of_a_pool() {
        let (database, pool) = open::<DB>(1).await;
        let asked = tokio::time::timeout(Duration::from_secs(5), joins_one_that_does(&pool, &pool)).await;
        said(asked.expect("at once"), "the only connection of the pool");
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[tokio::test]
    async fn for_the_one_writer_of_sqlite() {
        let (database, pool) = open::<DB>(2).await;
        let outcome = begins_another(&pool, &pool).await;
        if <DB as sqlx::Database>::NAME == "SQLite" {
            said(outcome, "one writer at a time");
        } else {
            outcome.expect("there is another connection, and another row");
            assert_eq!(balances(&database).await, (1001, 1001));
        }
    }

    #[transactional]
    async fn spawns_another(session: &mut Session<DB>, pool: &sqlx::Pool<DB>) -> Result<(), BankError> {
        add(&mut *session, 1, 1).await?;
        let pool = pool.clone();
        session.after_commit(async move { on_its_own(&pool).await.expect("the connection is back in the pool") });
        Ok(())
    }

    #[tokio::test]
    async fn and_one_that_would_not_is_left_alone() {
        let (database, pool) = open::<DB>(1).await;
        spawns_another(&pool, &pool).await.expect("nothing waits");
        assert_eq!(balances(&database).await, (1001, 1001));
    }
}
