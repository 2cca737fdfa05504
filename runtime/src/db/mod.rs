//! The handle that an application keeps in its state.
mod closing;
mod health;
mod names;
mod place;
mod settings;
mod stats;

use std::{fmt, sync::Arc};

use sqlx::Pool;

use self::closing::Gate;
pub(crate) use self::{closing::Call, health::About, place::Place, settings::Settings};
pub use self::{
    closing::CloseReport,
    health::{Health, PoolHealth, Role, Status},
    stats::{PoolStats, Stats},
};
use crate::{
    driver::{Backend, Driver},
    retry::RetryBudget,
};

/// A handle to a database, set up for transactions. Cheap to clone.
///
/// It carries what holds for all calls on it where their attributes do not say ([`with_timeout`](Self::with_timeout) and its like), tells how the
/// database is ([`health`](Self::health), [`stats`](Self::stats)), and ends in order ([`close`](Self::close)).
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
    readers: Vec<Pool<DB>>,
    gate: Arc<Gate<DB>>,
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

    /// The same database, with pools for transactions that only read: a replica's, or `SQLite` connections that are read-only.
    #[must_use]
    pub fn with_readers(mut self, readers: impl IntoIterator<Item = Pool<DB>>) -> Self {
        let Shared { writer, gate, .. } = &*self.shared;
        let readers: Vec<_> = readers.into_iter().collect();
        gate.add(&readers);
        self.shared = Arc::new(Shared { writer: writer.clone(), readers, gate: Arc::clone(gate) });
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
        let settings = Arc::new(Settings::new(RetryBudget::of(&pool)));
        let gate = Arc::new(Gate::new(pool.clone()));
        Self { shared: Arc::new(Shared { writer: pool, readers: Vec::new(), gate }), settings }
    }
}

impl<DB: Driver> Clone for Db<DB> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), settings: Arc::clone(&self.settings) }
    }
}

impl<DB: Driver> fmt::Debug for Db<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db").field("database", &DB::NAME).field("connections", &self.shared.writer.size()).finish_non_exhaustive()
    }
}
