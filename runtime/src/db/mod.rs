//! The handle that an application keeps in its state.
mod after;
mod place;
mod readers;
mod routing;
mod settings;
mod token;
mod wanted;

use std::{fmt, sync::Arc, time::Duration};

use sqlx::Pool;

use self::readers::Readers;
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) use self::token::Position;
pub use self::token::{MalformedToken, Token};
pub(crate) use self::{place::Place, settings::Settings, wanted::Tracker};
use crate::{
    driver::{Backend, Driver},
    retry::RetryBudget,
};

/// A handle to a database, set up for transactions. Cheap to clone.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sqlx::Error> {
/// use sqlx::Sqlite;
/// use sqlx_transactional::{Db, Session, transactional};
///
/// #[transactional]
/// async fn answer(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
///     sqlx::query_scalar("SELECT 42").fetch_one(session).await
/// }
///
/// let db = Db::<Sqlite>::connect("sqlite::memory:").await?;
/// assert_eq!(answer(&db).await?, 42);
/// # Ok(())
/// # }
/// ```
pub struct Db<DB: Driver> {
    shared: Arc<Shared<DB>>,
    settings: Arc<Settings>,
}

/// What all handles to a database share, whatever their settings.
struct Shared<DB: Driver> {
    writer: Pool<DB>,
    /// Where transactions begin that only read, if there are any.
    readers: Readers<DB>,
}

impl<DB: Driver> Db<DB> {
    /// Opens a pool on `url`, as [`Pool::connect`] does, with the settings that suit transactions.
    ///
    /// # Defaults
    /// - Connections are not pinged before use: BEGIN finds out as well, and a dead one is replaced. One round trip less for each call.
    /// - `SQLite` files: write-ahead log, `synchronous = NORMAL` (safe with it), foreign keys enforced, a busy timeout of 5 s.
    /// - `SQLite` in memory: one connection, private and never closed, because closing it would be the end of the database.
    /// - `Any`: those of the database that the URL names. sqlx's drivers are installed as `sqlx::any::install_default_drivers` does; a program that
    ///   installs others does so first, sees sqlx complain once on stderr, and keeps its own. One that aborts on panic opens the pool itself.
    ///
    /// # Errors
    /// A URL that cannot be used, and whatever keeps the first connection from being made.
    pub async fn connect(url: &str) -> Result<Self, sqlx::Error> {
        DB::Backend::connect(url).await.map(Self::from)
    }

    /// The same database, with another budget for retries: calls on `self` keep theirs.
    #[must_use]
    pub fn with_retry_budget(mut self, budget: RetryBudget) -> Self {
        Arc::make_mut(&mut self.settings).retry_budget = budget;
        self
    }

    /// What is left for retries after failures of the connection.
    #[must_use]
    pub fn retry_budget(&self) -> &RetryBudget {
        &self.settings.retry_budget
    }

    /// The same database, with another bound for the answer to COMMIT, 30 s by default: after it the outcome is
    /// [`CommitUnknown`](crate::Error), or with `exactly_once` it is asked for, for as long again. No `timeout` cuts a COMMIT.
    #[must_use]
    pub fn with_commit_timeout(mut self, timeout: Duration) -> Self {
        Arc::make_mut(&mut self.settings).commit_timeout = timeout;
        self
    }

    /// The same database, with pools for transactions that only read: those of replicas, or of `SQLite` connections that are read-only.
    ///
    /// A call whose session is `ReadOnly` and that begins its transaction on the `Db` begins it on the reader with the fewest connections in use.
    /// A reader sees what was committed a moment ago, or longer if it lags: where that matters, see [`after`](Self::after) and
    /// [`tracking`](Self::tracking).
    ///
    /// These stay on the writer: calls that write; what they call with their session; and `ReadOnly<Serializable>`, except on `SQLite`, since a
    /// standby of PostgreSQL has no such snapshots, and those of other replicas are not ordered with the writer's transactions.
    ///
    /// # When a reader does not answer
    /// Dead connections are replaced. A reader that has none that answers within a second (which a pool that is exhausted has not either), or
    /// within half of what is left of the call's `timeout`, is left out: the call goes to another one, or to the writer. From then on no call waits
    /// for it; once a second one of them has it looked at in the background, until it answers. `SQLite`'s have as long as their pool's acquire
    /// timeout.
    ///
    /// A call whose reader is lost while its body runs fails with [`Class::Connection`](crate::Class), and with `#[retry_on_error]` it begins again
    /// elsewhere.
    #[must_use]
    pub fn with_readers(mut self, readers: impl IntoIterator<Item = Pool<DB>>) -> Self {
        self.shared = Arc::new(Shared { writer: self.shared.writer.clone(), readers: Readers::new(readers) });
        self
    }

    /// The pool, for everything that is not a transaction.
    #[must_use]
    pub fn pool(&self) -> &Pool<DB> {
        &self.shared.writer
    }
}

/// Takes a pool as it is: its options stay what they are.
impl<DB: Driver> From<Pool<DB>> for Db<DB> {
    fn from(pool: Pool<DB>) -> Self {
        Self {
            settings: Arc::new(Settings::new(RetryBudget::of(&pool))),
            shared: Arc::new(Shared { writer: pool, readers: Readers::new([]) }),
        }
    }
}

impl<DB: Driver> Clone for Db<DB> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), settings: Arc::clone(&self.settings) }
    }
}

impl<DB: Driver> fmt::Debug for Db<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db")
            .field("database", &DB::NAME)
            .field("connections", &self.shared.writer.size())
            .field("readers", &self.shared.readers.pools().count())
            .finish_non_exhaustive()
    }
}
