//! A call that is cancelled while a statement runs releases its locks within a second, even if the
//! statement would run much longer.

use std::time::Duration;

use sqlx_transactional::{Class, Session, transactional};
use tests::checks::{all_is_well, open_transactions, row_is_locked};
use tests::servers::{Server, TestDatabase};

use crate::bank::{BankError, balances, open};

/// Takes much longer than the second that is promised.
const POSTGRES: &str = "SELECT pg_sleep(5)";
const MYSQL: &str = "SELECT SLEEP(5)";
const SQLITE: &str = "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 1000000000) SELECT max(value) FROM n";

/// Returns once the long statement has started. `SQLite` cannot be asked, so there it returns once
/// the statement before it holds its lock.
async fn until_running<DB: Server>(database: &TestDatabase<DB>) {
    while !row_is_locked(database, "accounts WHERE id = 1", Duration::from_millis(1)).await {}
    while DB::NAME != "SQLite"
        && !open_transactions(database)
            .await
            .iter()
            .any(|line| line.to_lowercase().contains("sleep"))
    {}
}

on_each_database! {
    #[transactional]
    async fn long(session: &mut Session<DB>, statement: &'static str) -> Result<(), BankError> {
        add(&mut *session, 1, 300).await?;
        sqlx::query(statement).execute(session).await?;
        Ok(())
    }

    #[transactional(timeout = "100ms")]
    async fn limited(session: &mut Session<DB>, statement: &'static str) -> Result<(), BankError> {
        add(&mut *session, 1, 300).await?;
        sqlx::query(statement).execute(session).await?;
        Ok(())
    }

    fn statement() -> &'static str {
        match <DB as sqlx::Database>::NAME {
            "SQLite" => SQLITE,
            "MySQL" => MYSQL,
            _ => POSTGRES,
        }
    }

    #[tokio::test]
    async fn when_the_call_is_dropped() {
        let (database, pool) = open::<DB>(1).await;
        let call = tokio::spawn({ let pool = pool.clone(); async move { long(&pool, statement()).await } });
        until_running(&database).await;
        call.abort();
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[tokio::test]
    async fn when_its_timeout_passes() {
        let (database, pool) = open::<DB>(1).await;
        let outcome = limited(&pool, statement()).await;
        // The server or the client notices the timeout first.
        assert!(matches!(&outcome, Err(BankError::Database(error)) if Class::of(error) == Class::Timeout), "{outcome:?}");
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
        assert_eq!(balances(&database).await, (1000, 1000));
    }
}
