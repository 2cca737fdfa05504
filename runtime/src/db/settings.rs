//! What a call takes from its `Db` where its attributes say nothing.
use std::{sync::Arc, time::Duration};

use crate::{
    db::{Db, names::Names},
    driver::Driver,
    retry::{budget::RetryBudget, policy::RetryPolicy},
    transaction::{
        task::SecondTransactions,
        tracker::{CommitTracker, RequiredPosition},
    },
};

/// For calls on a pool as well.
pub(crate) const COMMIT_TIMEOUT: Duration = Duration::from_secs(30);

/// A reader that has not replayed a commit in this time lags, and whoever waits for it longer would
/// have had its answer from the writer.
const READER_WAIT: Duration = Duration::from_millis(100);

#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) retry_budget: RetryBudget,
    pub(crate) retry_policy: RetryPolicy,
    pub(crate) commit_timeout: Duration,
    /// What calls that only read have to see.
    pub(crate) after: RequiredPosition,
    /// How long they wait for a reader that has not seen it yet.
    pub(crate) reader_wait: Duration,
    /// Who remembers what calls that write have committed.
    pub(crate) tracker: Option<CommitTracker>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) lock_timeout: Option<Duration>,
    pub(crate) second_transactions: SecondTransactions,
    names: Option<Arc<Names>>,
}

impl Settings {
    pub(crate) fn new(retry_budget: RetryBudget) -> Self {
        Self {
            retry_budget,
            retry_policy: RetryPolicy::new(),
            commit_timeout: COMMIT_TIMEOUT,
            timeout: None,
            lock_timeout: None,
            second_transactions: SecondTransactions::default(),
            names: None,
            after: RequiredPosition::Anything,
            reader_wait: READER_WAIT,
            tracker: None,
        }
    }

    /// What a call that only reads has to see, if it begins now.
    pub(crate) fn wanted(&self) -> RequiredPosition {
        let after = self.after.clone();
        match &self.tracker {
            Some(tracker) => after.and(tracker.wanted()),
            None => after,
        }
    }

    /// The name of a transaction that `function` begins.
    pub(crate) fn name(&self, function: &'static str) -> &'static str {
        self.names
            .as_ref()
            .map_or(function, |names| names.of(function))
    }
}

/// # Defaults for calls
/// What the attributes of a function say wins. A default is for calls that begin a transaction on
/// the handle: one that joins is part of a transaction that has its own already. Each method
/// returns the same database with another setting; calls on `self` keep theirs.
impl<DB: Driver> Db<DB> {
    /// Another time for a connection, BEGIN and the body of functions without `timeout`: none at
    /// first. `None` takes it away again, also for a call that has to run longer:
    /// `report(&db.clone().with_timeout(None))`.
    ///
    /// It is sent to the server too, as the longest time for one statement. On `SQLite` it costs a
    /// look at the busy timeout for each call.
    ///
    /// # Examples
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), sqlx::Error> {
    /// use std::time::Duration;
    ///
    /// use sqlx::Sqlite;
    /// use sqlx_transactional::{Class, Db, Session, transactional};
    ///
    /// #[transactional]
    /// async fn takes_long(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    ///     std::future::pending().await
    /// }
    ///
    /// let db = Db::<Sqlite>::connect("sqlite::memory:").await?.with_timeout(Duration::from_millis(50));
    /// let error = takes_long(&db).await.expect_err("it does not end");
    /// assert_eq!(Class::of(&error), Class::Timeout);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_timeout(self, timeout: impl Into<Option<Duration>>) -> Self {
        let timeout = timeout.into();
        self.with(|settings| settings.timeout = timeout)
    }

    /// Another time that a statement waits for a lock, in functions without `lock_timeout`: none of
    /// ours at first, which leaves it to the server. `None` takes it away again. Transactions that
    /// only read have it too: they wait for locks on tables.
    #[must_use]
    pub fn with_lock_timeout(self, timeout: impl Into<Option<Duration>>) -> Self {
        let timeout = timeout.into();
        self.with(|settings| settings.lock_timeout = timeout)
    }

    /// Another [policy](RetryPolicy) for functions with `#[retry_on_error]`, field by field where
    /// the attribute does not say. A function without the attribute is not tried again.
    #[must_use]
    pub fn with_retry_policy(self, policy: RetryPolicy) -> Self {
        self.with(|settings| settings.retry_policy = policy)
    }

    /// Another budget for retries.
    #[must_use]
    pub fn with_retry_budget(self, budget: RetryBudget) -> Self {
        self.with(|settings| settings.retry_budget = budget)
    }

    /// What is left for retries after failures of the connection.
    #[must_use]
    pub fn retry_budget(&self) -> &RetryBudget {
        &self.settings.retry_budget
    }

    /// Another bound for the answer to COMMIT, 30 s by default: after it the outcome is
    /// [`CommitUnknown`](crate::Error), or with `exactly_once` it is asked for, for as long again.
    /// No `timeout` cuts a COMMIT.
    #[must_use]
    pub fn with_commit_timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.commit_timeout = timeout)
    }

    /// Something in front of the names of transactions in spans, logs and messages: with `shop::`
    /// the function `bank::transfer` is `shop::bank::transfer`. Each name is put together at its
    /// first call and kept for as long as the program runs. Empty is none.
    #[must_use]
    pub fn with_name_prefix(self, prefix: &str) -> Self {
        let names = (!prefix.is_empty()).then(|| Arc::new(Names::new(prefix)));
        self.with(|settings| settings.names = names)
    }

    /// Another choice for a call that begins a transaction on the handle while its task is in one
    /// already.
    #[must_use]
    pub fn with_second_transactions(self, choice: SecondTransactions) -> Self {
        self.with(|settings| settings.second_transactions = choice)
    }

    fn with(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(Arc::make_mut(&mut self.settings));
        self
    }
}
