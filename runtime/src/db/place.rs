//! Where a transaction can begin.
use std::time::Duration;

use sqlx::Pool;

use super::{Call, Db, Settings, settings::COMMIT_TIMEOUT};
use crate::{
    driver::Driver,
    error::Error,
    held::SecondTransactions,
    retry::{RetryBudget, RetryPolicy},
};

#[doc(hidden)]
#[derive(Debug)]
pub enum Place<DB: Driver> {
    /// Has no settings of its own.
    Pool(Pool<DB>),
    Db(Db<DB>),
}

impl<DB: Driver> Place<DB> {
    /// The pool for a transaction that writes, or for one that does not.
    pub(crate) fn pool(&self, writes: bool) -> &Pool<DB> {
        match self {
            Self::Pool(pool) => pool,
            Self::Db(db) if writes => db.pool(),
            Self::Db(db) => db.shared.readers.first().unwrap_or(db.pool()),
        }
    }

    /// What that pool is for.
    pub(crate) fn role(&self, writes: bool) -> &'static str {
        match self {
            Self::Db(db) if !writes && !db.shared.readers.is_empty() => "reader",
            _ => "writer",
        }
    }

    pub(crate) fn commit_timeout(&self) -> Duration {
        self.settings().map_or(COMMIT_TIMEOUT, |settings| settings.commit_timeout)
    }

    pub(crate) fn retry_budget(&self) -> RetryBudget {
        self.settings().map_or_else(|| RetryBudget::of(self.pool(true)), |settings| settings.retry_budget.clone())
    }

    /// The budget that calls may have drawn on.
    pub(crate) fn used_retry_budget(&self) -> Option<RetryBudget> {
        self.settings().map_or_else(|| RetryBudget::drawn_on(self.pool(true)), |settings| Some(settings.retry_budget.clone()))
    }

    pub(crate) fn retry_policy(&self) -> RetryPolicy {
        self.settings().map(|settings| settings.retry_policy).unwrap_or_default()
    }

    /// A plain pool is used as its owner says.
    pub(crate) fn second_transactions(&self) -> SecondTransactions {
        self.settings().map_or(SecondTransactions::Allow, |settings| settings.second_transactions)
    }

    /// Takes a call in. A plain pool has nothing to close but itself.
    ///
    /// # Errors
    /// The handle is closed.
    pub(crate) fn enter(&self) -> Result<Option<Call<DB>>, Error> {
        match self {
            Self::Pool(_) => Ok(None),
            Self::Db(db) => db.shared.gate.enter().map(Some),
        }
    }

    pub(crate) fn settings(&self) -> Option<&Settings> {
        match self {
            Self::Pool(_) => None,
            Self::Db(db) => Some(&db.settings),
        }
    }
}
