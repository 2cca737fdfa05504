//! A `nested` call is a savepoint. Its `Err` rolls back to that savepoint only, and the caller goes
//! on as if the nested call had not run.

use sqlx_transactional::{Class, Error, Session, transactional};
use tests::checks::all_is_well;
use tests::explorer::{Cut, every_poll};

use crate::bank::{BankError, balances, open};

type Anything = Result<(), Box<dyn std::error::Error + Send + Sync>>;

on_each_database! {
    /// Writes, and fails with an overdraft if asked to.
    #[transactional(nested)]
    async fn fee(session: &mut Session<DB>, cents: i64) -> Result<(), BankError> {
        add(session, 2, -cents).await?;
        Ok(())
    }

    #[transactional]
    async fn with_fee(session: &mut Session<DB>, cents: i64) -> Result<bool, BankError> {
        add(&mut *session, 1, 300).await?;
        let paid = fee(&mut *session, cents).await.is_ok();
        add(session, 1, 1).await?;
        Ok(paid)
    }

    #[tokio::test]
    async fn an_err_undoes_the_nested_call_and_nothing_else() {
        let (database, pool) = open::<DB>(1).await;
        assert!(!with_fee(&pool, 5000).await.expect("the fee may fail"));
        assert_eq!(balances(&database).await, (1301, 1000));
        assert!(with_fee(&pool, 5).await.expect("nothing fails"));
        assert_eq!(balances(&database).await, (1602, 995));
    }

    #[tokio::test]
    async fn with_a_pool_it_begins() {
        let (database, pool) = open::<DB>(1).await;
        fee(&pool, 5).await.expect("there is enough");
        assert!(fee(&pool, 5000).await.is_err());
        assert_eq!(balances(&database).await, (1000, 995));
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
    }

    #[transactional(nested)]
    async fn fails_in_the_database(session: &mut Session<DB>) -> Result<(), BankError> {
        add(&mut *session, 1, 300).await?;
        sqlx::query("INSERT INTO accounts VALUES (1, 0)").execute(session).await?;
        Ok(())
    }

    #[transactional]
    async fn many_fail(session: &mut Session<DB>) -> Result<(), BankError> {
        for _ in 0..50 {
            let refused = fails_in_the_database(&mut *session).await;
            assert!(refused.is_err());
            add(&mut *session, 2, 1).await?;
        }
        Ok(())
    }

    /// `PostgreSQL` aborts a transaction at any error. Rolling back to the savepoint makes it
    /// usable again.
    #[tokio::test]
    async fn an_error_of_the_database_does_not_abort_the_caller() {
        let (database, pool) = open::<DB>(1).await;
        many_fail(&pool).await.expect("every failure was undone");
        assert_eq!(balances(&database).await, (1000, 1050));
    }

    #[transactional]
    async fn cancels_a_nested_call(session: &mut Session<DB>, cut: Cut) -> Result<bool, BankError> {
        add(&mut *session, 1, 1).await?;
        let finished = cut.apply(fee(&mut *session, 1)).await.is_some();
        add(session, 1, 1).await?;
        Ok(finished)
    }

    /// Unlike a joined call, a nested call that is cancelled is undone alone. MySQL is different: a
    /// cancelled statement loses the connection, so the caller fails too.
    #[tokio::test]
    async fn cancelled_half_way_it_is_undone_before_the_next_statement() {
        let (database, pool) = open::<DB>(1).await;
        every_poll(async |cut| {
            let before = balances(&database).await;
            let outcome = cancels_a_nested_call(&pool, cut).await;
            all_is_well(&database, &pool, "accounts WHERE id = 1").await;
            if let ("MySQL", Err(BankError::Database(error))) = (<DB as sqlx::Database>::NAME, &outcome) {
                assert!(error.to_string().contains("cancelled half-way"), "{error}");
                assert_eq!(balances(&database).await, before);
                return false;
            }
            let finished = outcome.expect("a nested call can be cancelled");
            assert_eq!(balances(&database).await, (before.0 + 2, before.1 - i64::from(finished)));
            finished
        })
        .await;
    }

    #[transactional(nested)]
    async fn swallows_a_joined_failure(session: &mut Session<DB>) -> Anything {
        assert!(add(session, 2, -5000).await.is_err());
        Ok(())
    }

    #[transactional]
    async fn nests(session: &mut Session<DB>) -> Anything {
        add(&mut *session, 1, 1).await.map_err(|_| "no overdraft")?;
        let error = swallows_a_joined_failure(session).await.expect_err("a failed joined call is not committed");
        assert!(matches!(Error::find(&*error), Some(Error::RolledBack { by: Some(by), .. }) if by.ends_with("::add")), "{error:?}");
        Ok(())
    }

    /// The mark of a failed joined call belongs to the savepoint, and is removed with it.
    #[tokio::test]
    async fn what_a_joined_call_spoilt_inside_is_undone_with_it() {
        let (database, pool) = open::<DB>(1).await;
        nests(&pool).await.expect("the savepoint was rolled back");
        assert_eq!(balances(&database).await, (1001, 1000));
    }
}

mod what_a_savepoint_cannot_mend {
    use tests::servers::TestDatabase;

    use super::*;
    use crate::bank::options;
    use crate::bank::postgres::add;

    #[transactional(nested)]
    async fn conflicts(
        session: &mut Session<sqlx::Postgres, sqlx_transactional::RepeatableRead>,
        pool: &sqlx::PgPool,
    ) -> Result<(), BankError> {
        add(pool, 1, 7).await?;
        add(session, 1, 1).await?;
        Ok(())
    }

    #[transactional]
    async fn swallows(
        session: &mut Session<sqlx::Postgres, sqlx_transactional::RepeatableRead>,
        pool: &sqlx::PgPool,
    ) -> Anything {
        sqlx::query("SELECT cents FROM accounts")
            .execute(&mut *session)
            .await?;
        assert!(conflicts(session, pool).await.is_err());
        Ok(())
    }

    /// The snapshot is too old, so the whole transaction has to run again.
    #[tokio::test]
    async fn a_serialization_failure() {
        let database = TestDatabase::<sqlx::Postgres>::with_accounts().await;
        let pool = database.pool(options(2));
        let error = swallows(&pool, &pool).await.expect_err("it cannot commit");
        assert_eq!(Class::of(&*error), Class::Serialization, "{error:?}");
        assert_eq!(balances(&database).await.0, 1007);
    }

    #[transactional(nested)]
    async fn ends_the_transaction(session: &mut Session<sqlx::Sqlite>) -> Result<(), BankError> {
        sqlx::query("INSERT OR ROLLBACK INTO accounts VALUES (1, 0)")
            .execute(session)
            .await?;
        Ok(())
    }

    #[transactional]
    async fn swallows_that(session: &mut Session<sqlx::Sqlite>) -> Anything {
        assert!(ends_the_transaction(session).await.is_err());
        Ok(())
    }

    /// No savepoint is left to roll back to. The error names the statement, because nothing was
    /// cancelled.
    #[tokio::test]
    async fn a_statement_that_takes_the_transaction_along() {
        let database = TestDatabase::<sqlx::Sqlite>::with_accounts().await;
        let pool = database.pool(options(1));
        let error = swallows_that(&pool).await.expect_err("it cannot commit");
        assert!(
            matches!(
                Error::find(&*error),
                Some(Error::RolledBack { cause: Some(_), .. })
            ),
            "{error:?}"
        );
        assert_eq!(
            Class::of(&*error),
            Class::Constraint(sqlx_transactional::Constraint::Unique)
        );
    }
}
