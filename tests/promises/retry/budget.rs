//! Retries after a lost connection use a budget, so that an outage does not multiply the load.
//! Retries after conflicts do not use it.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use sqlx_transactional::{Db, RetryBudget, Session, retry_on_error, transactional};

use super::{Fault, fail};
use crate::bank::{BankError, open};

on! { [postgres mysql]
    #[retry_on_error(attempts = 4, min_delay = "1ms", max_delay = "2ms")]
    #[transactional]
    async fn fails(session: &mut Session<DB>, fault: Fault, until: u32, attempts: &AtomicU32) -> Result<(), BankError> {
        attempts.fetch_add(1, SeqCst);
        if session.attempt() < until {
            fail(session, fault).await?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn of_a_db_is_shared_by_its_clones_and_bounds_their_retries() {
        let (_database, pool) = open::<DB>(2).await;
        let db = Db::from(pool).with_retry_budget(RetryBudget::new(4));
        let attempts = AtomicU32::new(0);
        for _ in 0..5 {
            fails(&db.clone(), Fault::Lost, 9, &attempts).await.expect_err("every attempt fails");
        }
        assert_eq!((attempts.load(SeqCst), db.retry_budget().available()), (5 + 4, 0));
        fails(&db, Fault::Deadlock, 4, &attempts).await.expect("conflicts do not draw on it");
    }

    #[tokio::test]
    async fn is_given_back_by_a_call_that_succeeds() {
        let (_database, pool) = open::<DB>(2).await;
        let (budget, attempts) = (RetryBudget::of(&pool), AtomicU32::new(0));
        let full = budget.available();
        fails(&pool, Fault::Lost, 9, &attempts).await.expect_err("every attempt fails");
        assert_eq!(budget.available(), full - 3);
        fails(&pool, Fault::Lost, 3, &attempts).await.expect("the third attempt");
        assert_eq!(budget.available(), full - 3);
        for _ in 0..15 {
            fails(&pool, Fault::Lost, 0, &attempts).await.expect("nothing fails");
        }
        assert_eq!(budget.available(), full);
    }
}
