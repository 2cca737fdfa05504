//! [`DbOptions`], the builder of a [`Db`]: the address, the settings of connections and pool, the
//! hooks of new connections.
//!
//! It collects sqlx's own options. `driver/connect.rs` and the drivers supply what the user left
//! open; `opening.rs` makes the first connection and the pools.
use std::{ffi::OsString, fmt, sync::Arc};

use futures_core::future::BoxFuture;
use sqlx::pool::PoolOptions;
use tokio::runtime::Handle;

use crate::{
    db::{
        Db,
        environment::{self, url::Engine},
        on_connect::OnConnect,
        opening::LaidOut,
    },
    driver::{
        Driver,
        connect::{Connect, ConnectOptions},
    },
};

/// A builder of a [`Db`]. [`Db::connect`] and [`Db::from_env`] are shortcuts for it.
///
/// Start from a URL, from the environment, or from sqlx's connect options:
/// `DbOptions::from(PgConnectOptions::new().host("db"))`. Then change sqlx's options through
/// closures, with [`connection`](Self::connection) and [`pool`](Self::pool). What the options that
/// were passed in or a closure have set takes precedence over the defaults below.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sqlx::Error> {
/// use std::time::Duration;
///
/// use sqlx::{Executor as _, Sqlite};
/// use sqlx_transactional::DbOptions;
///
/// let db = DbOptions::<Sqlite>::from_url("sqlite::memory:")?
///     .connection(|options| options.busy_timeout(Duration::from_secs(10)).pragma("cache_size", "-64000"))
///     .pool(|pool| pool.acquire_timeout(Duration::from_secs(3)))
///     .on_connect(|connection| {
///         Box::pin(async move { connection.execute("PRAGMA recursive_triggers = ON").await.map(drop) })
///     })
///     .connect()
///     .await?;
/// # let on: bool = sqlx::query_scalar("PRAGMA recursive_triggers").fetch_one(db.pool()).await?;
/// # assert!(on);
/// # Ok(())
/// # }
/// ```
///
/// # Defaults
///
/// A setting that is not listed has sqlx's default. For every database:
///
/// | setting | default | reason |
/// |---|---|---|
/// | `pool.test_before_acquire` | false | BEGIN detects a dead connection as a ping does, and the connection is replaced without an error. This saves one round trip per call |
/// | `pool.acquire_timeout` | 30 s | a restart of the server takes less. A call that must not wait as long sets its `timeout` |
/// | `connection.statement_cache_capacity` | 100 | a statement is parsed once per connection. Set 0 behind a proxy that assigns server connections per transaction |
///
/// On servers:
///
/// | setting | default | reason |
/// |---|---|---|
/// | `pool.max_connections` | 10 | PostgreSQL accepts 100 connections by default, MySQL 151, which is enough for several processes |
/// | `pool.min_connections` | 0 | an idle process keeps no connections that other processes could use |
/// | `pool.max_lifetime` | 30 min | frees the memory that a server keeps for a session, and picks up a changed address or password |
/// | `pool.idle_timeout` | 10 min | closes connections that were opened for a burst of calls |
/// | `connection.application_name` | the program's name | identifies the program in `pg_stat_activity` and in the server's log. A name in the URL or in `PGAPPNAME` takes precedence. PostgreSQL only |
///
/// The URL or the options decide about TLS.
///
/// On a file of SQLite:
///
/// | setting | default | reason |
/// |---|---|---|
/// | `pool.max_connections` | 1 + the number of processors (at least 2, at most 8) | one connection writes, because SQLite has one writer at a time, and the queue of a pool is fairer than retrying a lock. The others are read-only, for `ReadOnly` sessions. Each connection is a thread |
/// | `pool.max_lifetime`, `pool.idle_timeout` | none | a connection costs no server anything, and closing it would lose its cache |
/// | `journal_mode` | WAL | readers and the writer do not block each other. With any other mode, a single connection reads and writes |
/// | `synchronous` | NORMAL | with WAL it is safe from corruption, but a power cut may undo the last commits. FULL prevents that, at twice the cost or more. This default applies with WAL only |
/// | `foreign_keys` | on | sqlx's default. In SQLite itself they are off, for compatibility with programs from before 2009 |
/// | `busy_timeout` | 5 s | sqlx's default. Other processes and checkpoints can hold the lock |
/// | `cache_size` | 8000 KiB per connection | the 2000 KiB of SQLite hold less than the inner pages of a table of a few million rows |
/// | `temp_store` | memory | a sort that exceeds its buffer does not use the disk |
///
/// A missing file is an error, because a mistyped name would otherwise become an empty database.
/// As with sqlx, `?mode=rwc` in the URL or `create_if_missing(true)` creates the file. With
/// `?mode=ro` or `immutable`, all connections are read-only and the file is not changed.
///
/// SQLite in memory has one private connection, which is never closed: each connection would be
/// a separate database that ends with it. The number and the lifetime of connections in the pool's
/// options are ignored. To use several connections on a shared cache, create the pool with sqlx
/// and use [`Db::from`]. Locks of a shared cache ignore the busy timeout.
///
/// `Any` has the defaults of the database that the URL names. Set pragmas through
/// [`on_connect`](Self::on_connect). sqlx's drivers are installed with
/// `sqlx::any::install_default_drivers`. A program with other drivers installs them before; they
/// stay installed, and sqlx prints one panic message to stderr. A program that is built with
/// `panic = "abort"` creates the pool itself.
#[must_use = "options do nothing until they are connected"]
pub struct DbOptions<DB: Driver> {
    pub(super) connection: ConnectOptions<DB>,
    pub(super) pool: PoolOptions<DB>,
    /// Whether the user has set an `after_connect` on the pool's options.
    has_after_connect: bool,
    replicas: Vec<ConnectOptions<DB>>,
    on_connect: OnConnect<DB>,
}

impl<DB: Driver> DbOptions<DB> {
    pub(super) fn new(connection: ConnectOptions<DB>) -> Self {
        let pool = DB::Backend::pool(&connection);
        Self {
            connection,
            pool,
            has_after_connect: false,
            replicas: Vec::new(),
            on_connect: OnConnect::new(),
        }
    }

    /// Creates the options from a URL in sqlx's format.
    ///
    /// # Errors
    /// [`sqlx::Error::Configuration`] if the URL cannot be parsed or belongs to another kind of
    /// database. The message does not contain the URL, which may have a password.
    pub fn from_url(url: &str) -> Result<Self, sqlx::Error> {
        let unreadable = |error: &dyn fmt::Display| {
            let example = Engine::example::<DB>();
            sqlx::Error::Configuration(
                format!("the database's URL cannot be read: {error}, for example `{example}`")
                    .into(),
            )
        };
        if let Some((scheme, _)) = url.split_once("://")
            && !DB::URL_SCHEMES.is_empty()
            && !DB::URL_SCHEMES.contains(&scheme)
        {
            return Err(unreadable(&format_args!("it is not one of {}", DB::NAME)));
        }
        url.parse()
            .map(Self::new)
            .map_err(|error: sqlx::Error| match error {
                sqlx::Error::Configuration(error) => unreadable(&error),
                error => error,
            })
    }

    /// Creates the options from the environment variables that [`Db::from_env`] lists.
    ///
    /// # Errors
    /// [`sqlx::Error::Configuration`] with an [`EnvironmentError`](crate::EnvironmentError) for the
    /// first variable that is missing or malformed.
    pub fn from_env() -> Result<Self, sqlx::Error> {
        Self::from_variables(|name| std::env::var_os(name))
    }

    /// Creates the options from the environment variables, or from `url` if no variable names a
    /// database.
    #[cfg(feature = "test")]
    pub(crate) fn from_env_or(url: Option<&str>) -> Result<Self, sqlx::Error> {
        let url = url.filter(|_| environment::names_no_database());
        Self::from_variables(|name| match url {
            Some(url) if name == "DATABASE_URL" => Some(url.into()),
            _ => std::env::var_os(name),
        })
    }

    #[cfg(feature = "test")]
    pub(crate) fn connect_options(&self) -> &ConnectOptions<DB> {
        &self.connection
    }

    /// Creates the options from variables that `lookup` returns. Use it for names with a prefix,
    /// for variables in a file, and in tests.
    ///
    /// ```
    /// # fn main() -> Result<(), sqlx::Error> {
    /// use sqlx::Sqlite;
    /// use sqlx_transactional::DbOptions;
    ///
    /// let options = DbOptions::<Sqlite>::from_variables(|name| std::env::var_os(format!("SHOP_{name}")));
    /// # assert!(options.is_err());
    /// # let options = DbOptions::<Sqlite>::from_variables(|name| (name == "DB_NAME").then(|| ":memory:".into()))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`from_env`](Self::from_env).
    pub fn from_variables(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, sqlx::Error> {
        Ok(environment::read(&lookup)?)
    }

    /// Changes sqlx's connect options.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), sqlx::Error> {
    /// # #[cfg(feature = "postgres")] {
    /// # use sqlx::Postgres;
    /// # use sqlx_transactional::DbOptions;
    /// let options = DbOptions::<Postgres>::from_env()?
    ///     .connection(|options| options.application_name("shop").statement_cache_capacity(500));
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    pub fn connection(
        mut self,
        change: impl FnOnce(ConnectOptions<DB>) -> ConnectOptions<DB>,
    ) -> Self {
        self.connection = change(self.connection);
        self
    }

    /// Changes sqlx's pool options: `.pool(|pool| pool.max_connections(20))`. On a file of
    /// SQLite, `max_connections` counts the connection that writes and those that read together.
    ///
    /// Prefer [`on_connect`](Self::on_connect) to an `after_connect` that is set here. If there are
    /// both, `after_connect` runs first. sqlx calls it only when a pool connects, so each new
    /// connection is then opened twice, and one of the two is dropped. Also,
    /// `Pool::set_connect_options` then has no effect on new connections.
    pub fn pool(mut self, change: impl FnOnce(PoolOptions<DB>) -> PoolOptions<DB>) -> Self {
        // `PoolOptions` does not tell whether it has an `after_connect`. If `change` sets one, it
        // replaces the one that is set here, which drops the only strong reference to `ours`.
        let ours = Arc::new(());
        let left = Arc::downgrade(&ours);
        let pool = if self.has_after_connect {
            self.pool
        } else {
            self.pool.after_connect(move |_, _| ready(&ours))
        };
        self.pool = change(pool);
        self.has_after_connect |= left.strong_count() == 0;
        self
    }

    /// Adds a reader: a pool of connections to a replica, for transactions that only read. It has
    /// the same pool settings as the writer. [`Db::with_readers`] says which calls use it.
    ///
    /// The pool connects when a call needs it, so a replica that is down does not make
    /// [`connect`](Self::connect) fail.
    pub fn reader(mut self, connection: ConnectOptions<DB>) -> Self {
        self.replicas.push(connection);
        self
    }

    /// Runs `hook` on each new connection of the writer and of the readers, before the pool hands
    /// it out. Use it to set a search path or to load an extension. Several hooks run in the order
    /// in which they were added.
    ///
    /// If a hook fails, its connection is closed. The error is returned by
    /// [`connect`](Self::connect), or later by the call that needed the new connection. Code that
    /// acquires from [`Db::pool`] itself does not get the error: sqlx logs it, retries, and returns
    /// `PoolTimedOut` in the end.
    pub fn on_connect<H>(mut self, hook: H) -> Self
    where
        H: for<'c> Fn(&'c mut DB::Connection) -> BoxFuture<'c, Result<(), sqlx::Error>>
            + Send
            + Sync
            + 'static,
    {
        self.on_connect.push(hook);
        self
    }

    /// Opens the database. It opens one connection to the writer, runs the hooks on it and closes
    /// it again, so that mistakes show at startup. The pools of the returned [`Db`] open their
    /// own connections later.
    ///
    /// # Errors
    /// - The error of opening that connection, or of a hook.
    /// - `Io` with `TimedOut` if this takes longer than `acquire_timeout`.
    /// - `Configuration` outside a tokio runtime.
    /// - `Configuration` if a file of SQLite does not exist, if it cannot be written to, or if
    ///   its file system does not support WAL. SQLite's own error does not name these reasons.
    ///
    /// # Cancellation
    /// The connection is closed. A SQLite file that was to be created may remain.
    pub async fn connect(self) -> Result<Db<DB>, sqlx::Error> {
        let options = self.laid_out()?;
        options.try_out().await?;
        Ok(options.open())
    }

    /// Creates a [`Db`] without connecting. Use it in programs that have to start while the server
    /// is down.
    ///
    /// On a file of SQLite one connection then reads and writes: read-only connections can open
    /// the file only after a connection that writes has set it up.
    ///
    /// # Errors
    /// `Configuration` outside a tokio runtime.
    pub fn connect_lazy(self) -> Result<Db<DB>, sqlx::Error> {
        let mut options = self.laid_out()?;
        options.layout.readers = None;
        Ok(options.open())
    }

    /// Opens a connection outside of any pool.
    #[cfg(feature = "test")]
    pub(crate) async fn connect_alone(self) -> Result<DB::Connection, sqlx::Error> {
        self.laid_out()?.connection().await
    }

    fn laid_out(mut self) -> Result<LaidOut<DB>, sqlx::Error> {
        Handle::try_current().map_err(|_| {
            sqlx::Error::Configuration(
                "a pool needs a tokio runtime: open the database inside of one".into(),
            )
        })?;
        let replicas = self
            .replicas
            .into_iter()
            .map(|options| DB::Backend::layout(options, self.pool.clone()).writer)
            .collect();
        let layout = DB::Backend::layout(self.connection, self.pool);
        self.on_connect.set_up = layout.set_up;
        Ok(LaidOut {
            layout,
            replicas,
            on_connect: self.on_connect,
            has_after_connect: self.has_after_connect,
        })
    }
}

macro_rules! from_sqlx {
    ($($feature:literal $db:ident $options:path;)*) => { $(
        /// Creates the options from sqlx's. What they set takes precedence over the defaults.
        #[cfg(feature = $feature)]
        impl From<$options> for DbOptions<sqlx::$db> {
            fn from(options: $options) -> Self {
                Self::new(options)
            }
        }
    )* };
}
from_sqlx! {
    "postgres" Postgres sqlx::postgres::PgConnectOptions;
    "mysql" MySql sqlx::mysql::MySqlConnectOptions;
    "sqlite" Sqlite sqlx::sqlite::SqliteConnectOptions;
    "any" Any sqlx::any::AnyConnectOptions;
}

impl<DB: Driver> fmt::Debug for DbOptions<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the connect options: their `Debug` output contains the password.
        f.debug_struct("DbOptions")
            .field("database", &DB::NAME)
            .field("pool", &self.pool)
            .field("replicas", &self.replicas.len())
            .field("on_connect", &self.on_connect)
            .finish_non_exhaustive()
    }
}

fn ready(_: &Arc<()>) -> BoxFuture<'static, Result<(), sqlx::Error>> {
    Box::pin(async { Ok(()) })
}
