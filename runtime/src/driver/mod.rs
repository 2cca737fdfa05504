//! What differs between databases, and nothing else does: one module each holds the SQL, the codes
//! and the quirks.
#[cfg(feature = "any")]
#[cfg_attr(
    not(all(feature = "postgres", feature = "mysql")),
    allow(unused_variables, reason = "without a driver, nobody takes them")
)]
pub(crate) mod any;
pub(crate) mod begin;
pub(crate) mod classify;
pub(crate) mod effect;
pub(crate) mod layout;
#[cfg(feature = "mysql")]
pub(crate) mod mysql;
pub(crate) mod position;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) mod question;
pub(crate) mod server;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
pub(crate) mod statement;
pub(crate) mod testing;

use std::future::Future;

use futures_core::{future::BoxFuture, stream::BoxStream};
use sqlx::{Database, Describe, Either, Execute, IntoArguments, Pool, SqlStr, pool::PoolOptions};

use crate::{
    driver::{
        begin::{Opened, Opening, Release, Resolution},
        effect::{Answer, Cut, Effect, Progress},
        layout::{ConnectOptions, Layout},
        position::Token,
        server::About,
        statement::Statement,
        testing::sandbox::Sandboxing,
    },
    mode::levels,
    sql::Dialect,
};

/// What a statement yields: the result of one, or a row of it.
pub(crate) type Step<DB> = Either<<DB as Database>::QueryResult, <DB as Database>::Row>;

mod sealed {
    pub trait Sealed {}
}

/// A database that sessions can be opened on: the bound for functions that are generic over it.
///
/// Sealed; implemented for [`sqlx::Postgres`], [`sqlx::MySql`] (which is also `MariaDB`) and
/// [`sqlx::Sqlite`], each with the feature of its name.
///
/// With the feature `any` also for [`sqlx::Any`](https://docs.rs/sqlx/latest/sqlx/struct.Any.html),
/// the database that its URL chooses at run time: each connection is treated as what it is, if the
/// feature of that database is on too. A statement that runs on `SQLite` cannot be stopped there:
/// when its call is cancelled, the connection is rolled back once the statement has ended.
///
/// ```
/// use sqlx_transactional::{Driver, Session, transactional};
///
/// #[transactional]
/// async fn ping<DB: Driver>(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
///     sqlx::raw_sql("SELECT 1").execute(session).await?;
///     Ok(())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a session cannot be opened on `{Self}`",
    label = "not a database, or not one that is enabled",
    note = "databases are `sqlx::Postgres`, `sqlx::MySql` and `sqlx::Sqlite`, each with the feature of its name, and `sqlx::Any` with `any`; a type parameter needs the bound `Driver`"
)]
pub trait Driver:
    Database<Arguments: IntoArguments<Self> + 'static, Statement: 'static> + sealed::Sealed
{
    /// How to talk to the database. Not methods of this trait: their names would be in the way of
    /// traits that users build on it.
    #[doc(hidden)]
    type Backend: Backend<Self> + Sandboxing<Self>;
}

/// The database's side of one transaction: what BEGIN learnt of the connection and set on it, and
/// how to talk to it.
#[doc(hidden)]
pub trait Backend<DB: Database>: Default + Send + Sync + 'static {
    /// Whether the database is reached over a socket: it may fall silent, and a connection in
    /// trouble is closed. Not so for `SQLite`, where closing the last connection can be the end of
    /// the database.
    fn is_remote(connection: &DB::Connection) -> bool;

    /// Whether a transaction that writes waits for every other one that does.
    fn has_one_writer(pool: &Pool<DB>) -> bool;

    /// Whether COMMIT is on its way for good once it was polled, and the connection may go back
    /// before the answer is here.
    fn commits_by_one_poll(connection: &DB::Connection) -> bool;

    fn dialect(connection: &DB::Connection) -> Dialect;

    /// BEGIN with everything that goes with it, in one message. With `after`, it is found out
    /// before the transaction has a snapshot whether the server has come that far.
    fn begin(
        &mut self,
        connection: &mut DB::Connection,
        opening: &Opening,
        after: Option<&Token>,
    ) -> impl Future<Output = Result<Opened, sqlx::Error>> + Send;

    /// ROLLBACK and BEGIN in one message, after a conflict that the connection has survived.
    fn begin_again(
        &mut self,
        connection: &mut DB::Connection,
        opening: &Opening,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Whether BEGIN failed because somebody had left a transaction open on this pooled connection.
    fn is_inherited(error: &sqlx::Error) -> bool;

    /// Ends the transaction by `command`: COMMIT, or that after a savepoint's release.
    fn commit(
        &self,
        connection: &mut DB::Connection,
        command: SqlStr,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// The same, and what was committed until then, in one message. No position: it is stored, and
    /// nobody knows where.
    fn commit_and_tell(
        &self,
        connection: &mut DB::Connection,
        command: SqlStr,
    ) -> impl Future<Output = Result<Option<Token>, sqlx::Error>> + Send;

    /// What was committed until now.
    fn position(
        connection: &mut DB::Connection,
    ) -> impl Future<Output = Result<Token, sqlx::Error>> + Send;

    /// After an acknowledged COMMIT.
    fn committed(&self, _: &Pool<DB>) {}

    /// What has become of the transaction, which was begun as resolvable, and whose connection is
    /// closed.
    fn resolve(
        &self,
        pool: &Pool<DB>,
    ) -> impl Future<Output = Result<Resolution, sqlx::Error>> + Send;

    /// What the error of a savepoint's release says about the transaction.
    fn release_failed(error: &sqlx::Error) -> Option<Release>;

    /// Rolls back whatever state the connection is in, stopping the statement that may still be
    /// `running`.
    fn roll_back(
        &self,
        connection: &mut DB::Connection,
        pool: &Pool<DB>,
        running: bool,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Runs statements of ours, in one message.
    fn run(
        connection: &mut DB::Connection,
        sql: SqlStr,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Stops the statement that may still be running on a connection that cannot be talked to any
    /// more, but is still ours.
    fn stop(&self, pool: &Pool<DB>) -> impl Future<Output = ()> + Send;

    /// Ends the server's side of a connection that has fallen silent, and with it the transaction
    /// and its locks: the server may wait for a client that will not come back.
    fn disconnect(&self, pool: &Pool<DB>) -> impl Future<Output = ()> + Send;

    /// How the doubt about a transaction ends. If the asker is cancelled, so was a statement.
    fn ask(connection: &mut DB::Connection) -> impl Future<Output = Answer> + Send;

    /// Who answers on the other side.
    fn about(
        connection: &mut DB::Connection,
    ) -> impl Future<Output = Result<About, sqlx::Error>> + Send;

    fn effect(error: &sqlx::Error) -> Effect;

    /// `dialect` is the connection's, which cannot be asked itself: the statement has it.
    fn cut(dialect: Dialect, progress: Progress, reads: bool) -> Cut;

    /// Whether a connection is out of step once a statement was dropped that waited for its answer.
    fn breaks_when_cut(dialect: Dialect) -> bool {
        Self::cut(dialect, Progress::Waiting, true) == Cut::Breaks
    }

    /// Whether a write that is stopped takes its whole transaction along, whatever savepoint it is
    /// behind.
    fn rolls_back_what_is_stopped() -> bool {
        false
    }

    /// The pool of a `Db` where nobody says otherwise.
    fn pool(_: &ConnectOptions<DB>) -> PoolOptions<DB> {
        layout::pool_on_a_server()
    }

    /// What a `Db` consists of, with everything set that the options leave open.
    fn layout(options: ConnectOptions<DB>, pool: PoolOptions<DB>) -> Layout<DB> {
        Layout::plain(options, pool)
    }

    /// Whether the first connection is what was asked for.
    fn inspect(
        _: &mut DB::Connection,
        _: &Layout<DB>,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send {
        async { Ok(()) }
    }

    /// What a failure to connect means, where the error does not say it.
    fn explain(error: sqlx::Error, _: &ConnectOptions<DB>) -> sqlx::Error {
        error
    }

    fn prepared<'q>(query: &impl Execute<'q, DB>) -> Option<DB::Statement>;

    fn fetch_many(
        connection: &mut DB::Connection,
        statement: Statement<DB>,
    ) -> BoxStream<'_, Result<Step<DB>, sqlx::Error>>;

    fn fetch_optional(
        connection: &mut DB::Connection,
        statement: Statement<DB>,
    ) -> BoxFuture<'_, Result<Option<DB::Row>, sqlx::Error>>;

    fn prepare_with<'e>(
        connection: &'e mut DB::Connection,
        sql: SqlStr,
        parameters: &'e [DB::TypeInfo],
    ) -> BoxFuture<'e, Result<DB::Statement, sqlx::Error>>;

    fn describe(
        connection: &mut DB::Connection,
        sql: SqlStr,
    ) -> BoxFuture<'_, Result<Describe<DB>, sqlx::Error>>;
}

/// What takes the lock for migrations, and lets it go, where sqlx's own does not keep others out.
#[cfg(feature = "migrate")]
pub(crate) fn migration_lock(dialect: Dialect) -> Option<(SqlStr, SqlStr)> {
    #[cfg(feature = "mysql")]
    if dialect == Dialect::MySql {
        return Some((mysql::MIGRATION_LOCK, mysql::MIGRATION_UNLOCK));
    }
    let _ = dialect;
    None
}

/// A database that can delay a serializable, read-only transaction until it needs no checks.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`deferrable` is not possible on `{Self}`",
    label = "only PostgreSQL has deferrable transactions",
    note = "remove `deferrable`"
)]
pub trait Defers {}

/// A mode that `deferrable` means something for.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`deferrable` needs a session that is `ReadOnly<Serializable>`",
    label = "only a serializable, read-only transaction can be deferred",
    note = "declare the session as `&mut Session<Postgres, ReadOnly<Serializable>>`"
)]
pub trait Deferred {}

impl Deferred for dyn levels::ReadOnlySerializable {}

#[doc(hidden)]
pub const fn deferrable<DB: Defers, M: ?Sized + Deferred>() {}

/// A database that can answer COMMIT before the data is safe from a crash.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`durability = relaxed` is not possible on `{Self}`",
    label = "only PostgreSQL can relax one transaction's durability",
    note = "remove `durability = relaxed`"
)]
pub trait Relaxes {}

#[doc(hidden)]
pub const fn relaxed<DB: Relaxes>() {}

/// Forwards statements to sqlx. Through this trait one `Executor` impl serves every session; with
/// the bound `for<'c> &'c mut DB::Connection: Executor<'c>` in its place, unrelated code of users
/// fails with E0275.
macro_rules! forward_statements {
    ($db:ty) => {
        fn prepared<'q>(
            query: &impl Execute<'q, $db>,
        ) -> Option<<$db as sqlx::Database>::Statement> {
            query.statement().cloned()
        }

        async fn run(
            connection: &mut <$db as sqlx::Database>::Connection,
            sql: SqlStr,
        ) -> Result<(), sqlx::Error> {
            Executor::execute(connection, sql).await.map(drop)
        }

        fn fetch_many(
            connection: &mut <$db as sqlx::Database>::Connection,
            statement: Statement<$db>,
        ) -> BoxStream<'_, Result<Step<$db>, sqlx::Error>> {
            Executor::fetch_many(connection, statement)
        }

        fn fetch_optional(
            connection: &mut <$db as sqlx::Database>::Connection,
            statement: Statement<$db>,
        ) -> BoxFuture<'_, Result<Option<<$db as sqlx::Database>::Row>, sqlx::Error>> {
            Executor::fetch_optional(connection, statement)
        }

        fn prepare_with<'e>(
            connection: &'e mut <$db as sqlx::Database>::Connection,
            sql: SqlStr,
            parameters: &'e [<$db as sqlx::Database>::TypeInfo],
        ) -> BoxFuture<'e, Result<<$db as sqlx::Database>::Statement, sqlx::Error>> {
            Executor::prepare_with(connection, sql, parameters)
        }

        fn describe(
            connection: &mut <$db as sqlx::Database>::Connection,
            sql: SqlStr,
        ) -> BoxFuture<'_, Result<Describe<$db>, sqlx::Error>> {
            Executor::describe(connection, sql)
        }
    };
}
#[cfg(any(
    feature = "postgres",
    feature = "mysql",
    feature = "sqlite",
    feature = "any"
))]
use forward_statements;
