//! The handle that an application keeps in its state.
pub(crate) mod after;
pub(crate) mod closing;
pub(crate) mod environment;
pub(crate) mod health;
#[cfg(feature = "migrate")]
pub(crate) mod migrations;
pub(crate) mod names;
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

/// A handle to a database, which an application keeps in its state: made once, cloned wherever it
/// is needed, and passed to annotated functions as `&db`. A clone is the same database, for a
/// background task as for a request; the connections are closed when the last one is dropped.
///
/// It carries what holds for all calls on it where their attributes do not say
/// ([`with_timeout`](Self::with_timeout) and its like), tells how the database is
/// ([`health`](Self::health), [`stats`](Self::stats)), and ends in order ([`close`](Self::close)).
///
/// Its connections belong to the tokio runtime that it was made in, whichever runtime a call is in,
/// and so does what goes on in the background, like a COMMIT whose caller is gone. So the end of a
/// caller's runtime, as of that of a worker of actix-web's, is the end of nobody else's connection.
/// Where the `Db`'s own has ended, or nobody runs it, connections belong to the runtimes of their
/// callers.
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
/// It is made
/// - from a URL: [`Db::connect`];
/// - from the environment: [`Db::from_env`];
/// - with settings: [`DbOptions`], whose [defaults](DbOptions#defaults) hold for all three;
/// - from a pool as it is: [`Db::from`], with [`with_readers`](Self::with_readers) for others to
///   read from.
///
/// `Db<Any>` is for a program whose database only its URL or its environment decides. Functions
/// whose session is `ReadOnly` go to a connection that only reads, where there is one: on a file of
/// `SQLite`, or with replicas.
pub struct Db<DB: Driver> {
    shared: Arc<Shared<DB>>,
    settings: Arc<Settings>,
}

/// What all handles to a database share, whatever their settings.
struct Shared<DB: Driver> {
    writer: Pool<DB>,
    /// Where transactions begin that only read, if there are any.
    readers: Readers<DB>,
    gate: Arc<Gate<DB>>,
    runtime: DbRuntime,
    /// The transaction that the writer's only connection is inside of, in tests.
    #[cfg(feature = "test")]
    enclosing: Option<Arc<EnclosingTransaction<DB>>>,
}

impl<DB: Driver> Db<DB> {
    /// Opens the database at `url`, with the [defaults](DbOptions#defaults) of [`DbOptions`].
    ///
    /// # Errors
    /// As [`DbOptions::from_url`] and [`DbOptions::connect`].
    pub async fn connect(url: &str) -> Result<Self, sqlx::Error> {
        DbOptions::from_url(url)?.connect().await
    }

    /// Opens the database that the environment describes, with the [defaults](DbOptions#defaults)
    /// of [`DbOptions`] for the rest.
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `DATABASE_URL` | where the database is, as sqlx reads it; or, instead of it, the following |
    /// | `DB_ENGINE` | `postgres` or `postgresql`, `mysql` or `mariadb`, `sqlite`; needed for [`Any`](https://docs.rs/sqlx/latest/sqlx/struct.Any.html) only |
    /// | `DB_HOST` | a name, an address, or the absolute path of a socket (`PostgreSQL`: of its directory) |
    /// | `DB_PORT` | by default 5432 or 3306 |
    /// | `DB_NAME` | the database; for `SQLite` its file, which has to be there, or `:memory:` |
    /// | `DB_USER` | |
    /// | `DB_PASSWORD`, `DB_PASSWORD_FILE` | the password, or a file that holds it, as container secrets do; a newline at its end does not count |
    /// | `DB_POOL_MAX`, `DB_POOL_MIN` | connections |
    /// | `DB_POOL_RECYCLE` | seconds after which a connection is replaced |
    /// | `DB_POOL_TIMEOUT` | seconds that a call waits for a connection |
    ///
    /// One that is empty is not set. User, password and name are taken as they are: nothing in them
    /// has to be escaped, as it has in a URL.
    ///
    /// # Errors
    /// As [`DbOptions::from_env`] and [`DbOptions::connect`].
    pub async fn from_env() -> Result<Self, sqlx::Error> {
        DbOptions::from_env()?.connect().await
    }

    /// The same database, with pools for transactions that only read: those of replicas, or of
    /// `SQLite` connections that are read-only.
    ///
    /// A call whose session is `ReadOnly` and that begins its transaction on the `Db` begins it on
    /// the reader with the fewest connections in use. A reader sees what was committed a moment
    /// ago, or longer if it lags: where that matters, see [`after`](Self::after) and
    /// [`tracking`](Self::tracking).
    ///
    /// These stay on the writer: calls that write; what they call with their session; and
    /// `ReadOnly<Serializable>`, except on `SQLite`, since a standby of PostgreSQL has no such
    /// snapshots, and those of other replicas are not ordered with the writer's transactions.
    ///
    /// # When a reader does not answer
    /// Dead connections are replaced. A reader that has none that answers within a second (which a
    /// pool that is exhausted has not either), or within half of what is left of the call's
    /// `timeout`, is left out: the call goes to another one, or to the writer. From then on no call
    /// waits for it; once a second one of them has it looked at in the background, until it
    /// answers. `SQLite`'s have as long as their pool's acquire timeout.
    ///
    /// A call whose reader is lost while its body runs fails with
    /// [`Class::Connection`](crate::Class), and with `#[retry_on_error]` it begins again elsewhere.
    ///
    /// The handle of a [`Sandbox`](crate::Sandbox) stays as it is: no other connection sees what
    /// nobody commits.
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

    /// A handle whose transactions are inside of an `enclosing` one, until that is `over`.
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

    /// The pool, for everything that is not a transaction: the one that may write. On a file of
    /// `SQLite` it has a single connection, so that inside a transaction, where the session has it,
    /// there is no other to wait for. A connection that is opened for whoever asks it belongs to
    /// the runtime that they are in.
    #[must_use]
    pub fn pool(&self) -> &Pool<DB> {
        &self.shared.writer
    }
}

/// Takes a pool as it is: its options stay what they are.
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
