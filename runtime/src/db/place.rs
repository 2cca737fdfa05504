//! Where a transaction can begin.
use std::time::Duration;

use sqlx::Pool;
use tokio::time::Instant;

#[cfg(feature = "test")]
use crate::transaction::sandbox::EnclosingTransaction;
use crate::{
    db::{
        Db,
        settings::{COMMIT_TIMEOUT, Settings},
    },
    driver::{Driver, begin::BeginOptions},
    error::Error,
    retry::{budget::RetryBudget, policy::RetryPolicy},
    transaction::{
        Transaction,
        begin::{BeginRequest, open},
        gate::Call,
        runtime::DbRuntime,
        task::SecondTransactions,
    },
};

#[doc(hidden)]
#[derive(Debug)]
pub enum PoolOrDb<DB: Driver> {
    /// Has no settings of its own.
    Pool(Pool<DB>),
    Db(Db<DB>),
}

impl<DB: Driver> PoolOrDb<DB> {
    /// Begins a transaction; `until` is when its attempt has to be over.
    pub(crate) async fn open(
        &self,
        opening: &BeginOptions,
        caller: &BeginRequest<'_, DB>,
        until: Option<Instant>,
    ) -> Result<Transaction<DB>, sqlx::Error> {
        match self {
            Self::Pool(pool) => open(pool, opening, None, caller)
                .await
                .map(|(transaction, _)| transaction),
            Self::Db(db) => db.open(opening, caller, until).await,
        }
    }

    /// A transaction on that reader has lost its connection.
    pub(crate) fn suspect(&self, reader: usize, name: &'static str) {
        if let Self::Db(db) = self
            && let Some(reader) = db.shared.readers.get(reader)
        {
            reader.suspect(&format_args!("`{name}` has lost its connection"));
        }
    }

    /// The pool of transactions that write.
    pub(crate) fn pool(&self) -> &Pool<DB> {
        match self {
            Self::Pool(pool) => pool,
            Self::Db(db) => db.pool(),
        }
    }

    /// Where the connections of its transactions belong.
    pub(crate) fn runtime(&self) -> &DbRuntime {
        match self {
            Self::Pool(_) => &DbRuntime::NONE,
            Self::Db(db) => &db.shared.runtime,
        }
    }

    /// The transaction that those of the handle are inside of, in tests.
    #[cfg(feature = "test")]
    pub(crate) fn enclosing(&self) -> Option<&EnclosingTransaction<DB>> {
        match self {
            Self::Pool(_) => None,
            Self::Db(db) => db.shared.enclosing.as_deref(),
        }
    }

    pub(crate) fn commit_timeout(&self) -> Duration {
        self.settings()
            .map_or(COMMIT_TIMEOUT, |settings| settings.commit_timeout)
    }

    pub(crate) fn retry_budget(&self) -> RetryBudget {
        self.settings().map_or_else(
            || RetryBudget::of(self.pool()),
            |settings| settings.retry_budget.clone(),
        )
    }

    /// The budget that calls may have drawn on.
    pub(crate) fn used_retry_budget(&self) -> Option<RetryBudget> {
        self.settings().map_or_else(
            || RetryBudget::drawn_on(self.pool()),
            |settings| Some(settings.retry_budget.clone()),
        )
    }

    pub(crate) fn retry_policy(&self) -> RetryPolicy {
        self.settings()
            .map(|settings| settings.retry_policy)
            .unwrap_or_default()
    }

    /// A plain pool is used as its owner says.
    pub(crate) fn second_transactions(&self) -> SecondTransactions {
        self.settings()
            .map_or(SecondTransactions::Allow, |settings| {
                settings.second_transactions
            })
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
