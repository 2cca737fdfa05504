//! [`Db`], the database handle that an application keeps in its state: its fields, its
//! constructors, its readers.
//!
//! Each submodule adds one concern. `options.rs`, `opening.rs` and `environment/` make a `Db`.
//! `settings.rs` holds the defaults of calls. `place.rs`, `routing.rs` and `readers.rs` choose a
//! pool. Transactions themselves are the work of `transaction/`.
pub(crate) mod after;
pub(crate) mod closing;
pub(crate) mod environment;
pub(crate) mod health;
#[cfg(feature = "migrate")]
pub(crate) mod migrations;
pub(crate) mod on_connect;
pub(crate) mod opening;
pub(crate) mod options;
pub(crate) mod place;
pub(crate) mod readers;
pub(crate) mod routing;
pub(crate) mod settings;
pub(crate) mod stats;

use std::{fmt, sync::Arc};

use sqlx::Pool;
#[cfg(feature = "test")]
use tokio_util::sync::CancellationToken;

#[cfg(feature = "test")]
use crate::transaction::sandbox::EnclosingTransaction;
use crate::{
    db::{options::DbOptions, readers::Readers, settings::Settings},
    driver::Driver,
    retry::budget::RetryBudget,
    transaction::{gate::Gate, runtime::DbRuntime},
};

/// A handle to a database. An application creates one at startup, keeps it in its state and passes
/// it to annotated functions as `&db`.
///
/// Clones share the pools, and a clone is cheap. The connections are closed when the last clone is
/// dropped.
///
/// The handle also
/// - holds the defaults of all calls on it, for options that an attribute omits:
///   [`with_timeout`](Self::with_timeout) and the methods beside it;
/// - reports the state of the database: [`health`](Self::health), [`stats`](Self::stats);
/// - shuts down gracefully: [`close`](Self::close).
///
/// Connections are opened in the tokio runtime in which the `Db` was created. Work that outlives
/// its caller runs there too, for example the COMMIT of a cancelled call. A caller's runtime can
/// therefore shut down (an actix-web worker, for example) without breaking connections that other
/// calls use. If the runtime of the `Db` has ended or is not driven any more, connections are
/// opened in the runtimes of the callers: each call then opens one of its own to the server, and
/// closes it when it ends.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sqlx::Error> {
/// use sqlx::Sqlite;
/// use sqlx_transactional::{Db, ReadOnly, Session, transactional};
///
/// #[transactional]
/// async fn note(session: &mut Session<Sqlite>, text: &str) -> Result<(), sqlx::Error> {
///     sqlx::query("INSERT INTO notes VALUES (?)").bind(text).execute(session).await.map(drop)
/// }
///
/// #[transactional]
/// async fn notes(session: &mut Session<Sqlite, ReadOnly>) -> Result<Vec<String>, sqlx::Error> {
///     sqlx::query_scalar("SELECT text FROM notes").fetch_all(session).await
/// }
///
/// let db = Db::<Sqlite>::connect("sqlite::memory:").await?;
/// sqlx::raw_sql("CREATE TABLE notes (text TEXT)").execute(db.pool()).await?;
///
/// let background = tokio::spawn({
///     let db = db.clone();
///     async move { note(&db, "from a task of its own").await }
/// });
/// background.await.expect("no panic")?;
/// assert_eq!(notes(&db).await?, ["from a task of its own"]);
/// # Ok(())
/// # }
/// ```
///
/// # How to create one
/// - From a URL: [`Db::connect`].
/// - From the environment: [`Db::from_env`].
/// - With settings of its own: [`DbOptions`]. Its [defaults](DbOptions#defaults) also apply to the
///   two above.
/// - From an existing pool, with the options of that pool: [`Db::from`]. Use
///   [`with_readers`](Self::with_readers) to add pools for reading.
///
/// `Db<Any>` is for programs that learn the kind of database at run time, from a URL or from the
/// environment.
///
/// Functions with a `ReadOnly` session begin on a read-only connection if the `Db` has any. It has
/// them on a file of SQLite, and on replicas that were added.
pub struct Db<DB: Driver> {
    shared: Arc<Shared<DB>>,
    settings: Arc<Settings>,
}

/// What all handles to a database share. Their [`Settings`] can differ.
struct Shared<DB: Driver> {
    writer: Pool<DB>,
    /// The pools for transactions that only read. There may be none.
    readers: Readers<DB>,
    /// Counts the running calls, and refuses new ones after `close`.
    gate: Arc<Gate<DB>>,
    runtime: DbRuntime,
    /// In a sandbox: the transaction that is open around all others, on the only connection.
    #[cfg(feature = "test")]
    enclosing: Option<Arc<EnclosingTransaction<DB>>>,
}

impl<DB: Driver> Db<DB> {
    /// Opens the database at `url` with the [defaults](DbOptions#defaults) of [`DbOptions`].
    ///
    /// # Errors
    /// Those of [`DbOptions::from_url`] and [`DbOptions::connect`].
    ///
    /// # Cancellation
    /// See [`DbOptions::connect`].
    pub async fn connect(url: &str) -> Result<Self, sqlx::Error> {
        DbOptions::from_url(url)?.connect().await
    }

    /// Opens the database that the environment variables below describe. All other settings have
    /// the [defaults](DbOptions#defaults) of [`DbOptions`].
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `DATABASE_URL` | the URL of the database, in sqlx's format. It excludes the variables from `DB_ENGINE` to `DB_PASSWORD_FILE` |
    /// | `DB_ENGINE` | `postgres` or `postgresql`, `mysql` or `mariadb`, `sqlite`. Required for [`Any`](https://docs.rs/sqlx/latest/sqlx/struct.Any.html) only |
    /// | `DB_HOST` | a host name, an IP address, or the absolute path of a socket (PostgreSQL: of the directory of the socket) |
    /// | `DB_PORT` | the port, by default 5432 (PostgreSQL) or 3306 (MySQL) |
    /// | `DB_NAME` | the name of the database. For SQLite: an existing file, or `:memory:` |
    /// | `DB_USER` | the name of the user |
    /// | `DB_PASSWORD`, `DB_PASSWORD_FILE` | the password, or the path of a file that contains it, such as a container secret. A newline at the end of the file is ignored |
    /// | `DB_POOL_MAX`, `DB_POOL_MIN` | `max_connections` and `min_connections` of the pool |
    /// | `DB_POOL_RECYCLE` | `max_lifetime`: the age in seconds at which a connection is replaced |
    /// | `DB_POOL_TIMEOUT` | `acquire_timeout`: the seconds that a call waits for a connection |
    ///
    /// An empty variable counts as unset. For SQLite, host, port, user and password must be unset.
    /// Do not escape special characters in user, password and name; only a URL needs that.
    ///
    /// # Errors
    /// Those of [`DbOptions::from_env`] and [`DbOptions::connect`].
    ///
    /// # Cancellation
    /// See [`DbOptions::connect`].
    pub async fn from_env() -> Result<Self, sqlx::Error> {
        DbOptions::from_env()?.connect().await
    }

    /// Sets the readers: pools for transactions that only read. A reader is a pool of a replica, or
    /// of read-only SQLite connections.
    ///
    /// Returns a handle to the same database. The readers replace those that `self` had.
    /// [`close`](Self::close) closes their pools too.
    ///
    /// A call that begins its transaction on the `Db`, with a `ReadOnly` session, uses the reader
    /// with the fewest connections in use. A reader may lag behind the writer. Use
    /// [`after`](Self::after) or [`tracking`](Self::tracking) where a call has to see earlier
    /// commits.
    ///
    /// The writer still serves
    /// - calls that write, and all functions that join their transaction;
    /// - `ReadOnly<Serializable>`, except on SQLite. A standby of PostgreSQL has no serializable
    ///   snapshots. The snapshots of other replicas are not ordered with the writer's transactions.
    ///
    /// # When a reader does not answer
    /// Dead connections are replaced. A reader is taken out of rotation if it yields no working
    /// connection within one second, or within half of the call's remaining `timeout`. An exhausted
    /// pool counts as not answering. The call then uses another reader, or the writer.
    ///
    /// No call waits for a reader that is out of rotation. Calls start a check of it in the
    /// background, at most once a second. It comes back as soon as it answers.
    ///
    /// A reader of SQLite has the acquire timeout of its pool instead of one second.
    ///
    /// If the reader is lost while the body runs, the call fails with
    /// [`Class::Connection`](crate::Class). With `#[retry_on_error]` the next attempt begins on
    /// another pool.
    ///
    /// In a [`Sandbox`](crate::Sandbox) this method changes nothing, because other connections do
    /// not see the uncommitted data of the sandbox.
    #[must_use]
    pub fn with_readers(mut self, readers: impl IntoIterator<Item = Pool<DB>>) -> Self {
        let shared = &*self.shared;
        #[cfg(feature = "test")]
        if shared.enclosing.is_some() {
            return self;
        }
        let readers: Vec<_> = readers.into_iter().collect();
        shared.gate.add(&readers);
        self.shared = Arc::new(Shared {
            writer: shared.writer.clone(),
            readers: Readers::new(readers, &shared.runtime),
            gate: Arc::clone(&shared.gate),
            runtime: shared.runtime.clone(),
            #[cfg(feature = "test")]
            enclosing: None,
        });
        self
    }

    /// Creates a handle of a sandbox: its transactions run inside the `enclosing` one. The handle
    /// counts as closed once `over` is cancelled.
    #[cfg(feature = "test")]
    pub(crate) fn enclosed(
        pool: Pool<DB>,
        enclosing: Arc<EnclosingTransaction<DB>>,
        over: CancellationToken,
    ) -> Self {
        let gate = Gate::enclosed(pool.clone(), over);
        Self::new(pool, gate, Some(enclosing))
    }

    fn new(
        writer: Pool<DB>,
        gate: Gate<DB>,
        #[cfg(feature = "test")] enclosing: Option<Arc<EnclosingTransaction<DB>>>,
    ) -> Self {
        let settings = Settings::new(RetryBudget::of(&writer));
        Self {
            shared: Arc::new(Shared {
                writer,
                readers: Readers::default(),
                gate: Arc::new(gate),
                runtime: DbRuntime::here(),
                #[cfg(feature = "test")]
                enclosing,
            }),
            settings: Arc::new(settings),
        }
    }

    /// Returns the pool of the writer, for statements outside of a transaction.
    ///
    /// On a file of SQLite this pool has a single connection. Do not acquire it while a session
    /// of the same task holds it: the acquire could only end with the timeout.
    ///
    /// A connection that is acquired here belongs to the runtime of the caller, not to that of the
    /// `Db`.
    #[must_use]
    pub fn pool(&self) -> &Pool<DB> {
        &self.shared.writer
    }
}

/// Creates a handle from an existing pool, and keeps the options of the pool as they are.
impl<DB: Driver> From<Pool<DB>> for Db<DB> {
    fn from(pool: Pool<DB>) -> Self {
        let gate = Gate::new(pool.clone());
        Self::new(
            pool,
            gate,
            #[cfg(feature = "test")]
            None,
        )
    }
}

impl<DB: Driver> Clone for Db<DB> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            settings: Arc::clone(&self.settings),
        }
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
