//! A function that is given a session joins its transaction: it sees the caller's writes, and
//! commits or rolls back with it.

use std::pin::pin;

use sqlx_transactional::{Db, Error, Session, transactional};
use tests::checks::all_is_well;
use tests::explorer::{Cut, every_poll};

use crate::bank::{BankError, balances, open};

on_each_database! {
    #[transactional]
    async fn fails_afterwards(session: &mut Session<DB>) -> Result<(), BankError> {
        transfer(session, 1, 2, 300).await?;
        Err(BankError::Overdraft)
    }

    #[tokio::test]
    async fn it_is_undone_with_its_caller() {
        let (database, pool) = open::<DB>(1).await;
        assert!(matches!(fails_afterwards(&pool).await, Err(BankError::Overdraft)));
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    /// A helper without an attribute cannot be called without a session.
    async fn total(session: &mut Session<DB>) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT (SELECT cents FROM accounts WHERE id = 1) + (SELECT cents FROM accounts WHERE id = 2)").fetch_one(session).await
    }

    #[transactional]
    async fn sees(session: &mut Session<DB>) -> Result<(i64, i64), BankError> {
        let before = total(session).await?;
        add(&mut *session, 1, 300).await?;
        Ok((before, total(session).await?))
    }

    #[tokio::test]
    async fn it_needs_no_second_connection_and_sees_its_caller() {
        let (_database, pool) = open::<DB>(1).await;
        assert_eq!(sees(&pool).await.expect("nothing fails"), (2000, 2300));
    }

    #[transactional]
    async fn cancels_a_joined_call(session: &mut Session<DB>, cut: Cut) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
        let finished = cut.apply(transfer(session, 1, 2, 300)).await.is_some();
        Ok(finished)
    }

    /// The part that the joined call did cannot be separated from the caller's writes, so nothing
    /// is committed.
    #[tokio::test]
    async fn cancelled_half_way_it_leaves_a_transaction_that_only_rolls_back() {
        let (database, pool) = open::<DB>(1).await;
        every_poll(async |cut| {
            let before = balances(&database).await;
            let outcome = cancels_a_joined_call(&pool, cut).await;
            all_is_well(&database, &pool, "accounts WHERE id = 1").await;
            let after = balances(&database).await;
            match outcome {
                Ok(finished) => {
                    assert!(finished, "a cancelled call was committed");
                    assert_eq!(after, (before.0 - 300, before.1 + 300));
                    transfer(&pool, 2, 1, 300).await.expect("there is enough");
                    true
                }
                Err(error) => {
                    assert!(matches!(Error::find(&*error), Some(Error::Poisoned)), "{error:?}");
                    assert_eq!(before, after);
                    false
                }
            }
        })
        .await;
    }

    #[transactional(nested)]
    async fn fee(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 2, -5).await?;
        Ok(())
    }

    #[transactional]
    async fn with_fee(session: &mut Session<DB>) -> Result<(), BankError> {
        add(&mut *session, 1, 300).await?;
        fee(session).await
    }

    #[transactional]
    async fn cancels_one_that_nests(session: &mut Session<DB>, cut: Cut) -> Result<bool, BankError> {
        Ok(cut.apply(with_fee(session)).await.is_some())
    }

    /// The nested call inside it is undone before the next statement. The rest of it cannot be
    /// undone.
    #[tokio::test]
    async fn also_when_it_is_cancelled_inside_a_nested_call() {
        let (database, pool) = open::<DB>(1).await;
        every_poll(async |cut| {
            let before = balances(&database).await;
            let outcome = cancels_one_that_nests(&pool, cut).await;
            let after = balances(&database).await;
            let Ok(finished) = outcome else {
                assert_eq!(before, after);
                return false;
            };
            assert!(finished, "a cancelled call was committed: {before:?} {after:?}");
            assert_eq!(after, (before.0 + 300, before.1 - 5));
            true
        })
        .await;
    }

    #[transactional(nested)]
    async fn never_ends(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 2, 1).await?;
        std::future::pending().await
    }

    #[transactional(timeout = "100ms")]
    async fn runs_out_of_time(session: &mut Session<DB>) -> Result<(), BankError> {
        add(&mut *session, 1, 300).await?;
        never_ends(session).await
    }

    #[transactional]
    async fn swallows_a_timeout(session: &mut Session<DB>) -> Result<(), BankError> {
        assert!(runs_out_of_time(session).await.is_err());
        Ok(())
    }

    #[tokio::test]
    async fn also_when_its_time_runs_out_inside_a_nested_call() {
        let (database, pool) = open::<DB>(1).await;
        assert!(swallows_a_timeout(&pool).await.is_err());
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[transactional]
    async fn never_returns(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 1, 300).await?;
        std::future::pending().await
    }

    #[transactional]
    async fn forgets_a_joined_call(session: &mut Session<DB>) -> Result<(), BankError> {
        let mut call = Box::pin(never_returns(&mut *session));
        assert!(futures_util::poll!(&mut call).is_pending());
        std::mem::forget(call);
        let refused = sqlx::query("SELECT 1").execute(session).await;
        let refused = refused.expect_err("the call has the transaction");
        assert!(matches!(Error::find(&refused), Some(Error::Poisoned)), "{refused:?}");
        Ok(())
    }

    /// The connection is lost, as with every value that is forgotten. The caller gets an error and
    /// does not panic.
    #[tokio::test]
    async fn forgotten_it_takes_the_connection_along() {
        let (database, pool) = open::<DB>(1).await;
        let Err(BankError::Database(error)) = forgets_a_joined_call(&pool).await else { panic!("it cannot have committed") };
        assert!(error.to_string().contains("can only roll back"), "{error}");
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[tokio::test]
    async fn a_call_that_was_never_polled_did_not_join() {
        let (database, pool) = open::<DB>(1).await;
        let db = Db::from(pool.clone());
        {
            let _never = pin!(transfer(&db, 1, 2, 300));
        }
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
    }
}
