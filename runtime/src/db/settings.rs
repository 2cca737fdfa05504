//! The defaults that a `Db` holds for its calls, and the `with_*` methods that change them.
//!
//! `call/options.rs` combines them with the options of the attribute, which take precedence.
use std::{sync::Arc, time::Duration};

use crate::{
    db::Db,
    driver::Driver,
    retry::{budget::RetryBudget, policy::RetryPolicy},
    transaction::{
        task::SecondTransactions,
        tracker::{CommitTracker, RequiredPosition},
    },
};

/// The bound of the answer to COMMIT, on a `Db` and on a plain pool.
pub(crate) const COMMIT_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a call waits for a reader that is behind. A reader that has not replayed a commit after
/// this time lags, and the writer would have answered by now.
const READER_WAIT: Duration = Duration::from_millis(100);

#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) retry_budget: RetryBudget,
    pub(crate) retry_policy: RetryPolicy,
    pub(crate) commit_timeout: Duration,
    /// The position that calls that only read have to see.
    pub(crate) after: RequiredPosition,
    /// How long they wait for a reader that is not there yet.
    pub(crate) reader_wait: Duration,
    /// Remembers the commits of calls that write, on a handle of `tracking`.
    pub(crate) tracker: Option<CommitTracker>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) lock_timeout: Option<Duration>,
    pub(crate) second_transactions: SecondTransactions,
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
            after: RequiredPosition::Anything,
            reader_wait: READER_WAIT,
            tracker: None,
        }
    }

    /// The position that a call has to see if it only reads and begins now.
    pub(crate) fn required(&self) -> RequiredPosition {
        let after = self.after.clone();
        match &self.tracker {
            Some(tracker) => after.and(tracker.required()),
            None => after,
        }
    }
}

/// # Defaults for calls
/// These methods set defaults for calls that begin a transaction on the handle. An option of a
/// function's attribute takes precedence. A call that joins a transaction has the settings of that
/// transaction.
///
/// Each method returns a handle to the same database. Clones that were made before keep their
/// settings.
impl<DB: Driver> Db<DB> {
    /// Sets the default timeout for acquiring a connection, BEGIN and the body, for functions
    /// without `timeout`. It never cuts a COMMIT.
    ///
    /// It is also sent to the server, as the limit of each statement. On SQLite each call then
    /// reads the busy timeout first.
    ///
    /// # Defaults
    /// No timeout. Pass `None` to remove one, for example for a call that takes longer:
    /// `report(&db.clone().with_timeout(None))`.
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

    /// Sets how long a statement waits for a lock, for functions without `lock_timeout`. It also
    /// applies to transactions that only read, because they wait for locks on tables.
    ///
    /// # Defaults
    /// No limit is set, so that of the database applies. Pass `None` to return to it.
    #[must_use]
    pub fn with_lock_timeout(self, timeout: impl Into<Option<Duration>>) -> Self {
        let timeout = timeout.into();
        self.with(|settings| settings.lock_timeout = timeout)
    }

    /// Sets the retry policy for functions with `#[retry_on_error]`. Each option of the attribute
    /// overrides the field of the same name. Functions without the attribute are not retried.
    ///
    /// # Defaults
    /// Those of [`RetryPolicy`].
    #[must_use]
    pub fn with_retry_policy(self, policy: RetryPolicy) -> Self {
        self.with(|settings| settings.retry_policy = policy)
    }

    /// Replaces the retry budget.
    ///
    /// # Defaults
    /// The budget of the writer's pool: 100 retries, shared by all handles to that pool.
    #[must_use]
    pub fn with_retry_budget(self, budget: RetryBudget) -> Self {
        self.with(|settings| settings.retry_budget = budget)
    }

    /// Returns the budget of this handle for retries after failures of the connection.
    #[must_use]
    pub fn retry_budget(&self) -> &RetryBudget {
        &self.settings.retry_budget
    }

    /// Sets how long a call waits for the answer to COMMIT. After that, the call fails with
    /// [`CommitUnknown`](crate::Error). With `exactly_once` it asks the server for the outcome
    /// first, for at most the same time again. A `timeout` never cuts a COMMIT.
    ///
    /// # Defaults
    /// 30 s.
    #[must_use]
    pub fn with_commit_timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.commit_timeout = timeout)
    }

    /// Sets what happens when a task that already holds a transaction begins another one on this
    /// handle.
    ///
    /// # Defaults
    /// [`Refuse`](SecondTransactions::Refuse) with debug assertions, else
    /// [`Warn`](SecondTransactions::Warn).
    #[must_use]
    pub fn with_second_transactions(self, choice: SecondTransactions) -> Self {
        self.with(|settings| settings.second_transactions = choice)
    }

    fn with(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(Arc::make_mut(&mut self.settings));
        self
    }
}
