//! What differs between databases, and nothing else does: one module each holds the SQL, the codes
//! and the quirks.
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
    /// How statements reach the database. An associated type, not methods of this trait: their
    /// names would clash with those of traits that users build on it.
    #[doc(hidden)]
    type Execution: Execution<Self>;

    /// How transactions begin and end on the database, and how it is opened.
    #[cfg(not(feature = "test"))]
    #[doc(hidden)]
    type Backend: Backend<Self> + Connect<Self>;

    /// The same, and what tests ask of it.
    #[cfg(feature = "test")]
    #[doc(hidden)]
    type Backend: Backend<Self> + Connect<Self> + Sandboxing<Self> + Cloning<Self>;
}

/// One transaction on a connection: what BEGIN learned about the connection and set on it, and the
/// statements that begin and end it.
///
/// Each database implements it once for every `DB` that its connections are reached through: its
/// own sqlx driver, and `Any`.
#[doc(hidden)]
pub trait Backend<DB: Driver>: Default + Send + Sync + 'static {
    /// What holds for the database at the other end of the connection.
    fn rules(connection: &DB::Connection) -> &'static Rules;

    /// The backend for a connection, before BEGIN.
    fn of(_: &DB::Connection) -> Self {
        Self::default()
    }

    /// BEGIN with everything that goes with it, in one message. With `after`, the server also says
    /// whether it has replayed that commit, before the transaction has a snapshot.
    ///
    /// # Cancellation
    /// The connection may be inside a transaction: [`roll_back`](Self::roll_back) has to follow.
    fn begin(
        &mut self,
        connection: &mut DB::Connection,
        opening: &BeginOptions,
        after: Option<&Token>,
    ) -> impl Future<Output = Result<BeginOutcome, sqlx::Error>> + Send;

    /// ROLLBACK and BEGIN in one message, after a conflict that the connection has survived.
    fn begin_again(
        &mut self,
        connection: &mut DB::Connection,
        opening: &BeginOptions,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Ends the transaction with `command`: COMMIT, or the release of a savepoint and COMMIT.
    fn commit(
        &self,
        connection: &mut DB::Connection,
        command: SqlStr,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// [`commit`](Self::commit), and the position of the commit, in one message. `None`: it is
    /// committed, and the server did not say where.
    fn commit_and_tell(
        &self,
        connection: &mut DB::Connection,
        command: SqlStr,
    ) -> impl Future<Output = Result<Option<Token>, sqlx::Error>> + Send;

    /// The position of the last commit.
    fn position(
        &self,
        connection: &mut DB::Connection,
    ) -> impl Future<Output = Result<Token, sqlx::Error>> + Send;

    /// Rolls back whatever state the connection is in. `stop` is there if a statement may still be
    /// running: it stops that statement from another connection.
    fn roll_back(
        &self,
        connection: &mut DB::Connection,
        stop: Option<BoxFuture<'_, ()>>,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// The statement that stops what this connection runs. `None`: nothing can, or nothing runs.
    fn stop(&self) -> Option<Signal> {
        None
    }

    /// The statement that ends the server's side of this connection, and with it the transaction
    /// and its locks, when the connection has fallen silent.
    fn disconnect(&self) -> Option<Signal> {
        None
    }

    /// How to find out whether this transaction, which was begun as resolvable, was committed.
    fn resolve(&self) -> Inquiry {
        Inquiry::default()
    }

    /// A statement to run in the background after an acknowledged COMMIT, if one is due.
    fn after_commit(&self) -> Option<SqlStr> {
        None
    }

    /// Whether the transaction is still open.
    fn check_open(&self, connection: &mut DB::Connection)
    -> impl Future<Output = OpenCheck> + Send;

    /// The server's version, and whether it is a replica.
    fn server_info(
        &self,
        connection: &mut DB::Connection,
    ) -> impl Future<Output = Result<ServerInfo, sqlx::Error>> + Send;
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
