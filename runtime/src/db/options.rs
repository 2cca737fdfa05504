//! How a [`Db`] is made: where it is, with which settings, and what each new connection goes
//! through.
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

/// How a [`Db`] is made. [`Db::connect`] and [`Db::from_env`] are the short ways.
///
/// From a URL, from the environment, or from sqlx's own options:
/// `DbOptions::from(PgConnectOptions::new().host("db"))`. The settings are sqlx's too:
/// [`connection`](Self::connection) and [`pool`](Self::pool) take closures over its types, and what
/// they set wins over the defaults below, as does what options that are handed in have set already.
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
/// What is not named is sqlx's default. For every database:
///
/// | setting | default | reason |
/// |---|---|---|
/// | `pool.test_before_acquire` | false | BEGIN finds a dead connection as well as a ping, and it is replaced unseen: one round trip less a call |
/// | `pool.acquire_timeout` | 30 s | a server restarts in less; a single call waits for less with its `timeout` |
/// | `connection.statement_cache_capacity` | 100 | parsed once, then sent as a number; set 0 behind a proxy that hands each transaction to another connection |
///
/// On servers:
///
/// | setting | default | reason |
/// |---|---|---|
/// | `pool.max_connections` | 10 | `PostgreSQL` has 100 in all by default, `MySQL` 151: room for some processes |
/// | `pool.min_connections` | 0 | a process that is idle takes no connections from others |
/// | `pool.max_lifetime` | 30 min | frees what a server keeps for a session, and reaches a new server or a new password behind the same name |
/// | `pool.idle_timeout` | 10 min | after a burst, gives connections back to the server |
/// | `connection.application_name` | the program's name | who it is, in `pg_stat_activity` and in the log; one in the URL or in `PGAPPNAME` wins. `PostgreSQL` only |
///
/// TLS is as the URL or the options have it.
///
/// `SQLite`, a file:
///
/// | setting | default | reason |
/// |---|---|---|
/// | `pool.max_connections` | 1 + processors (2 to 8) | one connection writes, since `SQLite` has one writer at a time and a pool's queue is fairer than a lock that is tried again and again; the others are opened read-only, for `ReadOnly` sessions, and each is a thread |
/// | `pool.max_lifetime`, `pool.idle_timeout` | none | there is no server to relieve, and the cache would be lost |
/// | `journal_mode` | WAL | who reads and who writes do not wait for each other. Another one: a single connection for both |
/// | `synchronous` | NORMAL | in WAL, safe from corruption; a power cut may undo the last commits, which FULL, twice the cost or more, prevents. Set with WAL only |
/// | `foreign_keys` | on | sqlx's; off in `SQLite`, for programs from before 2009 |
/// | `busy_timeout` | 5 s | sqlx's: for other processes, and for a checkpoint |
/// | `cache_size` | 8000 KiB a connection | `SQLite`'s own are 2000, less than the inner pages of a table of some million rows |
/// | `temp_store` | memory | a sort that does not fit its buffer stays off the disk |
///
/// A file is created only where the URL says `?mode=rwc` or the options `create_if_missing(true)`,
/// as with sqlx: a mistyped name would be an empty database. With `?mode=ro`, or `immutable`, all
/// connections read, and nothing of the file is changed.
///
/// `SQLite` in memory: one connection, private and never closed, because each would be a database
/// of its own that ends with it; what the pool's options say of that is overruled. For several on a
/// shared cache, make the pool with sqlx and use [`Db::from`]; there, locks do not respect the busy
/// timeout.
///
/// `Any`: those of the database that the URL names; pragmas can be set through
/// [`on_connect`](Self::on_connect). sqlx's drivers are installed as
/// `sqlx::any::install_default_drivers` does; a program that installs others does so first, sees
/// sqlx complain once on stderr, and keeps its own. One that aborts on panic makes the pool itself.
#[must_use = "options do nothing until they are connected"]
pub struct DbOptions<DB: Driver> {
    pub(super) connection: ConnectOptions<DB>,
    pub(super) pool: PoolOptions<DB>,
    /// Whether the pool's options have an `after_connect` of the user's.
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

    /// From a URL, as sqlx reads it.
    ///
    /// # Errors
    /// [`sqlx::Error::Configuration`], for a URL that cannot be read or is one of another database.
    /// It does not show the URL.
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

    /// From the process's environment: [`Db::from_env`] lists the variables.
    ///
    /// # Errors
    /// [`sqlx::Error::Configuration`] with an [`EnvironmentError`](crate::EnvironmentError): the
    /// first variable that is missing or malformed.
    pub fn from_env() -> Result<Self, sqlx::Error> {
        Self::from_variables(|name| std::env::var_os(name))
    }

    /// From the process's environment; `url` is where the database is of which no variable says
    /// anything.
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

    /// From variables that are found otherwise: with a prefix, in a file, in a test.
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
    /// As [`from_env`](Self::from_env).
    pub fn from_variables(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, sqlx::Error> {
        Ok(environment::read(&lookup)?)
    }

    /// Changes how connections are made.
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

    /// Changes the pool: `.pool(|pool| pool.max_connections(20))`. On a file of `SQLite`, its
    /// connections are the one that writes and those that read, in all.
    ///
    /// An `after_connect` that is set here runs before what [`on_connect`](Self::on_connect) is
    /// given. sqlx leaves no way to call it but to connect: with both of them, a new connection is
    /// opened twice and the first of the two dropped, and `Pool::set_connect_options` does not
    /// reach new connections. `on_connect` alone has no such limits.
    pub fn pool(mut self, change: impl FnOnce(PoolOptions<DB>) -> PoolOptions<DB>) -> Self {
        // Does not tell whether there is one: but one that is replaced is dropped.
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

    /// Adds a pool on a replica, with the same pool settings, for transactions that only read. It
    /// connects when it is needed: a replica that is away does not keep a program from starting.
    pub fn reader(mut self, connection: ConnectOptions<DB>) -> Self {
        self.replicas.push(connection);
        self
    }

    /// Runs `hook` on each new connection before anybody gets it, that of the writer and those that
    /// only read: to set a search path, to load an extension. Several run in the order in which
    /// they are given.
    ///
    /// Its error is that of [`connect`](Self::connect), where the first connection is made, and
    /// later that of the call that needed a new connection; the connection is closed. Who uses
    /// [`Db::pool`] directly meets sqlx's way with it: logged, tried again, and `PoolTimedOut` in
    /// the end.
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

    /// Opens the database: one connection is made and closed again, which says at once what is
    /// wrong.
    ///
    /// # Errors
    /// Whatever keeps that connection from being made and set up, or the time of `acquire_timeout`.
    /// For a file of `SQLite`, what `SQLite` leaves out: that it does not exist, that it cannot be
    /// written to, that its file system does not offer WAL.
    ///
    /// # Cancellation
    /// Nothing is left behind but, perhaps, the file that was to be created.
    pub async fn connect(self) -> Result<Db<DB>, sqlx::Error> {
        let options = self.laid_out()?;
        options.try_out().await?;
        Ok(options.open())
    }

    /// The database, without a look at it: connections are made when they are needed. For a program
    /// that has to start while its server is away.
    ///
    /// On a file of `SQLite` there is one connection for everything: those that only read need one
    /// before them that sets it up.
    ///
    /// # Errors
    /// There is no tokio runtime here.
    pub fn connect_lazy(self) -> Result<Db<DB>, sqlx::Error> {
        let mut options = self.laid_out()?;
        options.layout.readers = None;
        Ok(options.open())
    }

    /// A connection that is in no pool.
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
        /// What sqlx's own options have set stays as it is.
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
        // Not the connection: sqlx shows its password.
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
