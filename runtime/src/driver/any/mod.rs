//! The database that is chosen at run time: each connection is treated as what is behind it, by
//! that driver's module.
pub(crate) mod opening;
pub(crate) mod rows;
pub(crate) mod testing;

use futures_core::{future::BoxFuture, stream::BoxStream};
#[cfg(any(feature = "mysql", feature = "sqlite"))]
use sqlx::Row;
use sqlx::{
    Any, AnyConnection, Describe, Execute, Executor, Pool, SqlStr, any::AnyConnectOptions,
    pool::PoolOptions,
};

#[cfg(feature = "mysql")]
use crate::driver::mysql::{self, Thread, ledger::Entry};
#[cfg(feature = "postgres")]
use crate::driver::postgres::{self, Process};
#[cfg(feature = "postgres")]
use crate::driver::question::run_and_ask;
#[cfg(feature = "sqlite")]
use crate::driver::sqlite::{self, Settings};
use crate::{
    driver::{
        Backend, Driver, Step,
        begin::{Opened, Opening, Release, Resolution},
        effect::{Answer, Cut, Effect, Progress},
        forward_statements,
        layout::Layout,
        position::Token,
        sealed::Sealed,
        server::About,
        statement::Statement,
    },
    sql::Dialect,
};

impl Sealed for Any {}

impl Driver for Any {
    type Backend = Behind;
}

/// The backend of the database that the connection leads to; nobody's until BEGIN is sent.
#[doc(hidden)]
#[derive(Debug, Default)]
pub enum Behind {
    #[default]
    Nobody,
    #[cfg(feature = "postgres")]
    Postgres(Process),
    #[cfg(feature = "mysql")]
    MySql(Thread),
    #[cfg(feature = "sqlite")]
    Sqlite(Settings),
}

/// What the backend of a dialect says to an associated function; for one whose feature is off, what
/// `else` says.
macro_rules! ask_backend {
    ($dialect:expr, $function:ident($($argument:expr),*), else $nobody:expr) => {
        match $dialect {
            #[cfg(feature = "postgres")]
            Some(Dialect::Postgres) => Process::$function($($argument),*),
            #[cfg(feature = "mysql")]
            Some(Dialect::MySql) => Thread::$function($($argument),*),
            #[cfg(feature = "sqlite")]
            Some(Dialect::Sqlite) => Settings::$function($($argument),*),
            #[allow(unreachable_patterns, reason = "not with all drivers")]
            _ => $nobody,
        }
    };
}

impl Backend<Any> for Behind {
    fn is_remote(connection: &AnyConnection) -> bool {
        Self::dialect(connection) != Dialect::Sqlite
    }

    fn has_one_writer(pool: &Pool<Any>) -> bool {
        is_sqlite(&pool.connect_options())
    }

    fn commits_by_one_poll(connection: &AnyConnection) -> bool {
        Self::dialect(connection) == Dialect::Postgres
    }

    /// No transaction is begun on a database that has none of these names, so that it does not
    /// matter what it is taken for.
    fn dialect(connection: &AnyConnection) -> Dialect {
        match connection.backend_name() {
            "SQLite" => Dialect::Sqlite,
            "MySQL" => Dialect::MySql,
            _ => Dialect::Postgres,
        }
    }

    async fn begin(
        &mut self,
        connection: &mut AnyConnection,
        opening: &Opening,
        after: Option<&Token>,
    ) -> Result<Opened, sqlx::Error> {
        // Before anything is sent, which may be cancelled.
        *self = Self::of(connection)?;
        match self {
            Self::Nobody => {}
            #[cfg(feature = "postgres")]
            Self::Postgres(process) => {
                let rows =
                    Executor::fetch_all(connection, postgres::begin_after(opening, after)).await?;
                let (begun, opened) = rows::postgres_begun(&rows, opening, after.is_some())?;
                *process = begun;
                return Ok(opened);
            }
            #[cfg(feature = "mysql")]
            Self::MySql(thread) => {
                let rows = Executor::fetch_all(connection, mysql::begin_after(opening, after))
                    .await
                    .map_err(mysql::explain)?;
                let (begun, opened) = rows::mysql_begun(&rows, opening, after.is_some())?;
                *thread = begun;
                return Ok(opened);
            }
            #[cfg(feature = "sqlite")]
            Self::Sqlite(settings) => {
                let waits = match sqlite::longest_wait(opening) {
                    Some(_) => rows::one_row(connection, sqlite::BUSY_TIMEOUT_NOW)
                        .await?
                        .try_get(0)?,
                    None => 0,
                };
                settings.open::<Any>(connection, opening, waits).await?;
            }
        }
        Ok(Opened::Ready)
    }

    async fn begin_again(
        &mut self,
        connection: &mut AnyConnection,
        opening: &Opening,
    ) -> Result<(), sqlx::Error> {
        match self {
            Self::Nobody => self.begin(connection, opening, None).await.map(drop),
            #[cfg(feature = "postgres")]
            Self::Postgres(process) => {
                let row =
                    rows::one_row(connection, postgres::begin_again(process, opening)).await?;
                *process = rows::postgres_process(&row, opening)?;
                Ok(())
            }
            #[cfg(feature = "mysql")]
            Self::MySql(thread) => {
                thread.begins();
                let row = rows::last_row(connection, mysql::begin_again(opening)).await?;
                thread.has_begun(row.map(|row| row.try_get(0).map(Entry::new)).transpose()?);
                Ok(())
            }
            #[cfg(feature = "sqlite")]
            Self::Sqlite(settings) => {
                settings.abandon::<Any>(connection).await?;
                self.begin(connection, opening, None).await.map(drop)
            }
        }
    }

    fn is_inherited(error: &sqlx::Error) -> bool {
        ask_backend!(speaker(error), is_inherited(error), else false)
    }

    async fn commit(
        &self,
        connection: &mut AnyConnection,
        command: SqlStr,
    ) -> Result<(), sqlx::Error> {
        match self {
            Self::Nobody => Err(sqlx::Error::Protocol("BEGIN was not sent".into())),
            #[cfg(feature = "postgres")]
            Self::Postgres(process) => Self::run(connection, process.command(command)).await,
            #[cfg(feature = "mysql")]
            Self::MySql(thread) => mysql::commit::<Any>(connection, thread, command).await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(settings) => settings.commit_by::<Any>(connection, command).await,
        }
    }

    async fn commit_and_tell(
        &self,
        connection: &mut AnyConnection,
        command: SqlStr,
    ) -> Result<Option<Token>, sqlx::Error> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(process) => {
                let row =
                    run_and_ask::<Any>(connection, &process.command(command), postgres::POSITION)
                        .await?;
                Ok(row.and_then(|row| rows::postgres_position(&row).ok()))
            }
            #[cfg(feature = "mysql")]
            Self::MySql(thread) => {
                let row = mysql::commit_and_tell::<Any>(connection, thread, command).await?;
                Ok(row.and_then(|row| rows::mysql_position(&row).ok()))
            }
            #[allow(unreachable_patterns, reason = "not with all drivers")]
            _ => {
                self.commit(connection, command).await?;
                Ok(Some(Token::local()))
            }
        }
    }

    async fn position(connection: &mut AnyConnection) -> Result<Token, sqlx::Error> {
        match Self::of(connection)? {
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => rows::postgres_position(
                &rows::one_row(connection, SqlStr::from_static(postgres::POSITION)).await?,
            ),
            #[cfg(feature = "mysql")]
            Self::MySql(_) => rows::mysql_position(
                &rows::one_row(connection, SqlStr::from_static(mysql::POSITION)).await?,
            ),
            #[allow(unreachable_patterns, reason = "not with all drivers")]
            _ => Ok(Token::local()),
        }
    }

    fn committed(&self, pool: &Pool<Any>) {
        #[cfg(feature = "mysql")]
        if let Self::MySql(thread) = self {
            mysql::committed(thread, pool);
        }
    }

    async fn resolve(&self, pool: &Pool<Any>) -> Result<Resolution, sqlx::Error> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(process) => postgres::resolve(process, pool).await,
            #[cfg(feature = "mysql")]
            Self::MySql(thread) => mysql::resolve(thread, pool).await,
            #[allow(unreachable_patterns, reason = "not with all drivers")]
            _ => Ok(Resolution::Lost),
        }
    }

    fn release_failed(error: &sqlx::Error) -> Option<Release> {
        ask_backend!(speaker(error), release_failed(error), else None)
    }

    async fn roll_back(
        &self,
        connection: &mut AnyConnection,
        pool: &Pool<Any>,
        running: bool,
    ) -> Result<(), sqlx::Error> {
        match self {
            Self::Nobody => Ok(()),
            #[cfg(feature = "postgres")]
            Self::Postgres(process) => {
                postgres::roll_back(process, connection, pool, running).await
            }
            #[cfg(feature = "mysql")]
            Self::MySql(thread) => mysql::roll_back(thread, connection, pool, running).await,
            // Behind `Any` nothing can stop the statement that runs: ROLLBACK comes after it.
            #[cfg(feature = "sqlite")]
            Self::Sqlite(settings) => settings.abandon::<Any>(connection).await,
        }
    }

    async fn stop(&self, pool: &Pool<Any>) {
        match self {
            Self::Nobody => {}
            #[cfg(feature = "postgres")]
            Self::Postgres(process) => postgres::stop(process, pool).await,
            #[cfg(feature = "mysql")]
            Self::MySql(thread) => mysql::stop(thread, pool).await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => {}
        }
    }

    async fn disconnect(&self, pool: &Pool<Any>) {
        match self {
            Self::Nobody => {}
            #[cfg(feature = "postgres")]
            Self::Postgres(process) => postgres::disconnect(process, pool).await,
            #[cfg(feature = "mysql")]
            Self::MySql(thread) => mysql::stop(thread, pool).await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => {}
        }
    }

    async fn ask(connection: &mut AnyConnection) -> Answer {
        match Self::dialect(connection) {
            #[cfg(feature = "postgres")]
            Dialect::Postgres => postgres::ask::<Any>(connection).await,
            #[cfg(feature = "mysql")]
            Dialect::MySql => mysql::ask::<Any>(connection).await,
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => sqlite::ask::<Any>(connection).await,
            #[allow(unreachable_patterns, reason = "not with all drivers")]
            _ => Answer::Gone,
        }
    }

    async fn about(connection: &mut AnyConnection) -> Result<About, sqlx::Error> {
        match Self::of(connection)? {
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => {
                rows::about_server(&Executor::fetch_one(connection, postgres::ABOUT).await?)
            }
            #[cfg(feature = "mysql")]
            Self::MySql(_) => {
                rows::about_server(&Executor::fetch_one(connection, mysql::ABOUT).await?)
            }
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => {
                rows::about_sqlite(&Executor::fetch_one(connection, sqlite::ABOUT).await?)
            }
            Self::Nobody => Err(sqlx::Error::Configuration(
                "the feature of this database is off".into(),
            )),
        }
    }

    fn effect(error: &sqlx::Error) -> Effect {
        let lost = match error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed => Effect::Breaks,
            _ => Effect::None,
        };
        ask_backend!(speaker(error), effect(error), else lost)
    }

    fn cut(dialect: Dialect, progress: Progress, reads: bool) -> Cut {
        ask_backend!(Some(dialect), cut(dialect, progress, reads), else Cut::Breaks)
    }

    fn pool(options: &AnyConnectOptions) -> PoolOptions<Any> {
        opening::pool(options)
    }

    fn layout(options: AnyConnectOptions, pool: PoolOptions<Any>) -> Layout<Any> {
        opening::install_drivers();
        opening::layout(options, pool)
    }

    #[cfg(feature = "sqlite")]
    async fn inspect(
        connection: &mut AnyConnection,
        layout: &Layout<Any>,
    ) -> Result<(), sqlx::Error> {
        if let Some(options) =
            opening::sqlite_options(&layout.writer.0).filter(|_| layout.readers.is_some())
            && let Some(row) = rows::last_row(connection, sqlite::JOURNAL_MODE_NOW).await?
        {
            return sqlite::needs_wal(row.try_get(0)?, &options);
        }
        Ok(())
    }

    #[cfg(feature = "sqlite")]
    fn explain(error: sqlx::Error, options: &AnyConnectOptions) -> sqlx::Error {
        match opening::sqlite_options(options) {
            Some(options) => sqlite::explain(error, &options),
            None => error,
        }
    }

    forward_statements!(Any);
}

impl Behind {
    fn of(connection: &AnyConnection) -> Result<Self, sqlx::Error> {
        match connection.backend_name() {
            #[cfg(feature = "postgres")]
            "PostgreSQL" => Ok(Self::Postgres(Process::default())),
            #[cfg(feature = "mysql")]
            "MySQL" => Ok(Self::MySql(Thread::default())),
            #[cfg(feature = "sqlite")]
            "SQLite" => Ok(Self::Sqlite(Settings::default())),
            name => Err(sqlx::Error::Configuration(
                format!("sqlx-transactional has no driver for {name}: its feature is off, or there is none").into(),
            )),
        }
    }
}

fn is_sqlite(options: &AnyConnectOptions) -> bool {
    options.database_url.scheme() == "sqlite"
}

/// Whose error it is: what comes through `Any` is the driver's own.
fn speaker(error: &sqlx::Error) -> Option<Dialect> {
    let error = error.as_database_error()?;
    #[cfg(feature = "postgres")]
    if error
        .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
        .is_some()
    {
        return Some(Dialect::Postgres);
    }
    #[cfg(feature = "mysql")]
    if error
        .try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()
        .is_some()
    {
        return Some(Dialect::MySql);
    }
    #[cfg(feature = "sqlite")]
    if error
        .try_downcast_ref::<sqlx::sqlite::SqliteError>()
        .is_some()
    {
        return Some(Dialect::Sqlite);
    }
    let _ = error;
    None
}
