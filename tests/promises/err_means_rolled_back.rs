//! `Err` means rolled back, and the error is the function's own. A panic, or a body that never ran,
//! leaves nothing either. All databases.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use sqlx::error::DatabaseError;
use sqlx_transactional::{Class, Session, transactional};
use tests::checks::all_is_well;

use crate::bank::{BankError, balances, open};

on_each_database! {
    #[tokio::test]
    async fn an_overdraft_leaves_nothing() {
        let (database, pool) = open::<DB>(2).await;
        let outcome = transfer(&pool, 1, 2, 1001).await;
        assert!(matches!(outcome, Err(BankError::Overdraft)), "{outcome:?}");
        assert_eq!(balances(&database).await, (1000, 1000));
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
    }

    #[transactional]
    async fn panics(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 1, 300).await?;
        panic!("as a test must");
    }

    #[tokio::test]
    async fn a_panic_leaves_nothing() {
        let (database, pool) = open::<DB>(2).await;
        assert!(AssertUnwindSafe(panics(&pool)).catch_unwind().await.is_err());
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[transactional]
    async fn fails_in_the_database(session: &mut Session<DB>) -> Result<(), BankError> {
        add(&mut *session, 1, 300).await?;
        sqlx::query("INSERT INTO accounts VALUES (1, 0)").execute(session).await?;
        Ok(())
    }

    #[tokio::test]
    async fn the_databases_error_arrives_as_it_is() {
        let (database, pool) = open::<DB>(1).await;
        let Err(BankError::Database(error)) = fails_in_the_database(&pool).await else { panic!("the key is taken") };
        assert!(error.as_database_error().is_some_and(DatabaseError::is_unique_violation));
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[tokio::test]
    async fn without_a_connection_the_body_does_not_run() {
        let (database, _) = open::<DB>(1).await;
        let pool = database.pool(crate::bank::options(1).acquire_timeout(std::time::Duration::from_millis(500)));
        let _taken = pool.acquire().await.expect("a connection");
        let Err(BankError::Database(error)) = transfer(&pool, 1, 2, 300).await else { panic!("the pool is empty") };
        assert_eq!(Class::of(&error), Class::PoolTimeout);
    }

    #[test]
    fn outside_a_runtime_it_is_an_error_and_no_panic() {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let (database, pool) = runtime.block_on(open::<DB>(1));
        let outcome = futures_util::FutureExt::now_or_never(transfer(&pool, 1, 2, 300));
        let Some(Err(BankError::Database(sqlx::Error::Configuration(error)))) = outcome else { panic!("{outcome:?}") };
        assert!(error.to_string().contains("tokio runtime"));
        let _inside = runtime.enter();
        drop((pool, database));
    }
}
