//! Nothing is retried inside a joined session. The outermost call decides, independent of what the
//! code in between does with the error.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use sqlx_transactional::{Session, retry_on_error, transactional};

use super::{Fault, fail};
use crate::bank::{BankError, balances, open};

/// How often the outer and the inner body ran.
#[derive(Default)]
struct Runs {
    outer: AtomicU32,
    inner: AtomicU32,
}

impl Runs {
    fn read(&self) -> (u32, u32) {
        (self.outer.load(SeqCst), self.inner.load(SeqCst))
    }
}

/// What the code in between does with the inner call's error.
#[derive(Debug, Clone, Copy)]
enum Between {
    Passes,
    Replaces,
    Swallows,
}

impl Between {
    fn of(self, outcome: Result<(), BankError>) -> Result<(), BankError> {
        match self {
            Self::Passes => outcome,
            Self::Replaces => outcome.map_err(|_| BankError::Overdraft),
            Self::Swallows => Ok(()),
        }
    }
}

on! { [postgres mysql]
    #[retry_on_error(attempts = 5, min_delay = "1ms", max_delay = "2ms")]
    #[transactional]
    async fn inner(session: &mut Session<DB>, runs: &Runs) -> Result<(), BankError> {
        runs.inner.fetch_add(1, SeqCst);
        add(&mut *session, 2, 1).await?;
        if session.attempt() < 3 {
            fail(session, Fault::Deadlock).await?;
        }
        Ok(())
    }

    #[retry_on_error(attempts = 5, min_delay = "1ms", max_delay = "2ms")]
    #[transactional(nested)]
    async fn inner_nested(session: &mut Session<DB>, runs: &Runs) -> Result<(), BankError> {
        inner(session, runs).await
    }

    #[retry_on_error(attempts = 4, min_delay = "1ms", max_delay = "2ms")]
    #[transactional]
    async fn retries(session: &mut Session<DB>, runs: &Runs, nested: bool, what: Between) -> Result<(), BankError> {
        runs.outer.fetch_add(1, SeqCst);
        add(&mut *session, 1, 1).await?;
        let outcome = if nested { inner_nested(session, runs).await } else { inner(session, runs).await };
        what.of(outcome)
    }

    #[transactional]
    async fn does_not(session: &mut Session<DB>, runs: &Runs) -> Result<(), BankError> {
        runs.outer.fetch_add(1, SeqCst);
        inner(session, runs).await
    }

    #[tokio::test]
    async fn the_outermost_call_retries_for_all() {
        for nested in [false, true] {
            for what in [Between::Passes, Between::Replaces, Between::Swallows] {
                let (database, pool) = open::<DB>(2).await;
                let runs = Runs::default();
                retries(&pool, &runs, nested, what).await.unwrap();
                assert_eq!(runs.read(), (3, 3), "{what:?}, nested: {nested}");
                assert_eq!(balances(&database).await, (1001, 1001));
            }
        }
    }

    #[tokio::test]
    async fn without_a_retry_of_its_own_there_is_none() {
        let (database, pool) = open::<DB>(2).await;
        let runs = Runs::default();
        does_not(&pool, &runs).await.expect_err("the first attempt fails");
        assert_eq!(runs.read(), (1, 1));
        assert_eq!(balances(&database).await, (1000, 1000));
    }
}
