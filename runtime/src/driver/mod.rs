//! The drivers: everything that depends on the database.
//!
//! Each database has a folder with its SQL, its error codes and the quirks of its server. The files
//! of this folder define the traits that the drivers implement and the types that they exchange
//! with `transaction`. When a statement is sent, and what an answer does to a transaction, is
//! decided there.
#[cfg(feature = "any")]
pub(crate) mod any;
pub(crate) mod begin;
pub(crate) mod classify;
pub(crate) mod connect;
pub(crate) mod effect;
pub(crate) mod execution;
#[cfg(feature = "mysql")]
pub(crate) mod mysql;
pub(crate) mod position;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
pub(crate) mod rules;
pub(crate) mod server;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
pub(crate) mod statement;
#[cfg(feature = "test")]
pub(crate) mod testing;

use std::future::Future;

use futures_core::future::BoxFuture;
use sqlx::{Database, Either, IntoArguments, SqlStr};

#[cfg(feature = "test")]
use crate::driver::testing::{clone::Cloning, sandbox::Sandboxing};
use crate::{
    driver::{
        begin::{BeginOptions, BeginOutcome, Inquiry, Signal},
        connect::Connect,
        effect::OpenCheck,
        execution::Execution,
        position::Token,
        rules::Rules,
        server::ServerInfo,
    },
    mode::levels,
};

/// An item of a statement's stream: the result of a statement, or a row.
pub(crate) type Step<DB> = Either<<DB as Database>::QueryResult, <DB as Database>::Row>;

mod sealed {
    pub trait Sealed {}
}

/// A database that sessions can be opened on. Functions that are generic over the database use it
/// as a bound.
///
/// This trait is sealed. It is implemented for:
///
/// - [`sqlx::Postgres`], with the feature `postgres`.
/// - [`sqlx::MySql`], which also connects to MariaDB, with the feature `mysql`.
/// - [`sqlx::Sqlite`], with the feature `sqlite`.
/// - [`sqlx::Any`](https://docs.rs/sqlx/latest/sqlx/struct.Any.html), with the feature `any`. Its
///   URL chooses the database at run time; the feature of that database has to be enabled too.
///
/// # Cancellation
/// When a call is cancelled, its running statement is stopped. The exception is SQLite behind
/// `Any`: there, the transaction is rolled back after the statement has ended.
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
    /// How statements reach the database.
    // An associated type, because methods of this trait could clash with methods of traits that
    // users derive from it.
    #[doc(hidden)]
    type Execution: Execution<Self>;

    /// How transactions begin and end on the database, and how its connections are opened.
    #[cfg(not(feature = "test"))]
    #[doc(hidden)]
    type Backend: Backend<Self> + Connect<Self>;

    /// The same, with the operations that sandboxes and test databases need.
    #[cfg(feature = "test")]
    #[doc(hidden)]
    type Backend: Backend<Self> + Connect<Self> + Sandboxing<Self> + Cloning<Self>;
}

/// The driver's state of one transaction, and the statements that begin and end the transaction.
///
/// The state is what BEGIN learned about the connection (a process or thread id) and which settings
/// it changed. Each database implements this trait for every `DB`, because its connections are
/// reached through its own sqlx driver and through `Any`.
#[doc(hidden)]
pub trait Backend<DB: Driver>: Default + Send + Sync + 'static {
    /// The rules of the database that the connection leads to.
    fn rules(connection: &DB::Connection) -> &'static Rules;

    /// The state for a connection, before BEGIN.
    fn of(_: &DB::Connection) -> Self {
        Self::default()
    }

    /// Sends BEGIN with the settings of the transaction, in one message. With `after`, the server
    /// also answers whether it has replayed that commit, before the transaction takes its snapshot.
    ///
    /// # Cancellation
    /// The connection may be inside a transaction, so the caller has to call
    /// [`roll_back`](Self::roll_back).
    fn begin(
        &mut self,
        connection: &mut DB::Connection,
        options: &BeginOptions,
        after: Option<&Token>,
    ) -> impl Future<Output = Result<BeginOutcome, sqlx::Error>> + Send;

    /// Sends ROLLBACK and BEGIN, to a server in one message, to retry on the same connection after
    /// a conflict.
    fn begin_again(
        &mut self,
        connection: &mut DB::Connection,
        options: &BeginOptions,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Ends the transaction with `command`, which is COMMIT or RELEASE SAVEPOINT and COMMIT.
    fn commit(
        &self,
        connection: &mut DB::Connection,
        command: SqlStr,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Like [`commit`](Self::commit), and asks for the position of the commit in the same message.
    /// Returns `None` if the transaction is committed and its position is not known.
    fn commit_with_position(
        &self,
        connection: &mut DB::Connection,
        command: SqlStr,
    ) -> impl Future<Output = Result<Option<Token>, sqlx::Error>> + Send;

    /// Asks for the position of the last commit on the server.
    fn position(
        &self,
        connection: &mut DB::Connection,
    ) -> impl Future<Output = Result<Token, sqlx::Error>> + Send;

    /// Rolls back in any state of the connection. `stop` is `Some` if a cancelled statement may
    /// still be running: that future stops the statement from another connection.
    fn roll_back(
        &self,
        connection: &mut DB::Connection,
        stop: Option<BoxFuture<'_, ()>>,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// The statement that stops the running statement of this connection from another connection.
    /// `None` if the database has no such statement, or if BEGIN was not answered.
    fn stop(&self) -> Option<Signal> {
        None
    }

    /// The statement that closes the server's end of this connection from another one, when the
    /// connection does not answer. The server then rolls back and releases all locks.
    fn disconnect(&self) -> Option<Signal> {
        None
    }

    /// The statements that find out whether this transaction was committed. It must have been begun
    /// with `resolvable`.
    fn resolve(&self) -> Inquiry {
        Inquiry::default()
    }

    /// A statement to run in the background after a successful COMMIT, or `None`.
    fn after_commit(&self) -> Option<SqlStr> {
        None
    }

    /// Asks the database whether the transaction is still open.
    fn check_open(&self, connection: &mut DB::Connection)
    -> impl Future<Output = OpenCheck> + Send;

    /// Asks for the server's version, and whether the server is a replica.
    fn server_info(
        &self,
        connection: &mut DB::Connection,
    ) -> impl Future<Output = Result<ServerInfo, sqlx::Error>> + Send;
}

/// A database that supports DEFERRABLE: a serializable, read-only transaction waits for a snapshot
/// with which it cannot fail with a serialization failure.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`deferrable` is not possible on `{Self}`",
    label = "only PostgreSQL has deferrable transactions",
    note = "remove `deferrable`"
)]
pub trait Defers {}

/// A mode that the option `deferrable` can be used with.
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

/// A database that can answer COMMIT before the data is on disk.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`durability = relaxed` is not possible on `{Self}`",
    label = "only PostgreSQL can relax one transaction's durability",
    note = "remove `durability = relaxed`"
)]
pub trait Relaxes {}

#[doc(hidden)]
pub const fn relaxed<DB: Relaxes>() {}
