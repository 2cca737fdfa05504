//! [`PoolOrDb`], the place where a call begins its transaction. Its methods hide the difference: a
//! plain pool has the defaults, no readers and no gate.
//!
//! `routing.rs` chooses between the pools of a `Db`.
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

/// A plain pool, or a handle with settings.
#[doc(hidden)]
#[derive(Debug)]
pub enum PoolOrDb<DB: Driver> {
    /// The user's pool, without settings of ours.
    Pool(Pool<DB>),
    Db(Db<DB>),
}

impl<DB: Driver> PoolOrDb<DB> {
    /// Begins a transaction. `until` is the deadline of the attempt.
    pub(crate) async fn open(
        &self,
        options: &BeginOptions,
        request: &BeginRequest<'_, DB>,
        until: Option<Instant>,
    ) -> Result<Transaction<DB>, sqlx::Error> {
        match self {
            Self::Pool(pool) => open(pool, options, None, request)
                .await
                .map(|(transaction, _)| transaction),
            Self::Db(db) => db.open(options, request, until).await,
        }
    }

    /// Takes a reader out of rotation because a transaction on it has lost its connection. A check
    /// in the background follows at once.
    pub(crate) fn lost_connection(&self, reader: usize, name: &'static str) {
        if let Self::Db(db) = self
            && let Some(reader) = db.shared.readers.get(reader)
        {
            reader.lost_connection(&format_args!("`{name}` has lost its connection"));
        }
    }

    /// The pool for transactions that write.
    pub(crate) fn pool(&self) -> &Pool<DB> {
        match self {
            Self::Pool(pool) => pool,
            Self::Db(db) => db.pool(),
        }
    }

    /// The runtime in which connections are opened.
    pub(crate) fn runtime(&self) -> &DbRuntime {
        match self {
            Self::Pool(_) => &DbRuntime::NONE,
            Self::Db(db) => &db.shared.runtime,
        }
    }

    /// In a sandbox: the transaction that is open around all others.
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

    /// The budget that calls may have drawn on. `None` on a pool that has not needed one yet.
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

    /// A plain pool allows second transactions, because its owner has set no policy.
    pub(crate) fn second_transactions(&self) -> SecondTransactions {
        self.settings()
            .map_or(SecondTransactions::Allow, |settings| {
                settings.second_transactions
            })
    }

    /// Registers a call with the gate, so that `Db::close` waits for it. Returns `None` on a plain
    /// pool, which has no gate.
    ///
    /// # Errors
    /// `Closed` if the handle is closed.
    pub(crate) fn enter(&self) -> Result<Option<Call<DB>>, Error> {
        match self {
            Self::Pool(_) => Ok(None),
            Self::Db(db) => db.shared.gate.enter().map(Some),
        }
    }

    /// The settings of the handle. `None` on a plain pool.
    pub(crate) fn settings(&self) -> Option<&Settings> {
        match self {
            Self::Pool(_) => None,
            Self::Db(db) => Some(&db.settings),
        }
    }
}
