//! What a driver implements for a sandbox: the transaction around the test, the savepoints that
//! replace transactions in it, and the errors that a test asks for.
//!
//! The sandbox's pool and its one connection are in the crate's `testing/sandbox`.
use std::future::Future;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

#[cfg(any(feature = "postgres", feature = "mysql"))]
use crate::driver::execution::Execution;
use crate::{
    driver::{Backend, Driver, testing::fault::Fault},
    mode::Isolation,
};

/// The operations of a database that a sandbox needs.
#[doc(hidden)]
pub trait Sandboxing<DB: Driver>: Backend<DB> {
    /// The BEGIN of the sandbox's transaction, which sqlx sends. The transaction can write.
    fn begin_sandbox(&self, isolation: Option<Isolation>) -> SqlStr;

    /// Asks for the isolation level of the open transaction.
    fn isolation(
        &self,
        connection: &mut DB::Connection,
    ) -> impl Future<Output = Result<Isolation, sqlx::Error>> + Send;

    /// Provokes the fault on the connection and returns the database's error.
    fn provoke(
        &self,
        connection: &mut DB::Connection,
        fault: Fault,
    ) -> impl Future<Output = sqlx::Error> + Send;

    /// The statements that stop the running statement of this connection without closing the
    /// connection. `None` if the database does not need them, because dropping a statement does not
    /// break its connection.
    fn interruption(&self) -> Option<Interruption> {
        None
    }
}

/// The statements that stop the running statement of a connection.
#[doc(hidden)]
#[derive(Debug)]
pub struct Interruption {
    /// Stops the statement. Runs on another connection, and is repeated until the statement has
    /// ended.
    pub(crate) stop: SqlStr,
    /// Runs on the connection afterwards, and its answer is ignored. It receives an interruption
    /// that arrives after the statement has ended and that would stop the user's next statement.
    pub(crate) absorb: SqlStr,
}

/// The socket or file of options with which every attempt to connect fails. The path shows up in
/// the error.
#[cfg(any(feature = "postgres", feature = "mysql", feature = "sqlite"))]
pub(crate) const NOWHERE: &str = "/the sandbox has lost its connection";

/// The texts that replace BEGIN and ROLLBACK.
pub(crate) const BEGIN: &str = "SAVEPOINT sqlx_tx_sandbox";
pub(crate) const ROLLBACK: SqlStr =
    SqlStr::from_static("ROLLBACK TO SAVEPOINT sqlx_tx_sandbox; RELEASE SAVEPOINT sqlx_tx_sandbox");

/// The text that replaces `command`, which ends with COMMIT. `before` is inserted before the
/// release of the savepoint.
pub(crate) fn commit(command: &SqlStr, before: &str) -> SqlStr {
    let releases = command.as_str().strip_suffix("COMMIT").unwrap_or_default();
    AssertSqlSafe(format!(
        "{releases}{before}RELEASE SAVEPOINT sqlx_tx_sandbox"
    ))
    .into_sql_str()
}

/// The text in the error of a fault that a test asked for.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) const ASKED_FOR: &str = "as the test asked for";

/// The error of an operation that was meant to fail.
pub(crate) fn unsuccessful(outcome: Result<(), sqlx::Error>) -> sqlx::Error {
    outcome.err().unwrap_or_else(|| {
        sqlx::Error::Protocol("the failure that a test asked for did not come about".into())
    })
}

/// Runs `sql`, which is meant to fail, and returns its error.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) async fn fail<DB: Driver>(connection: &mut DB::Connection, sql: String) -> sqlx::Error {
    unsuccessful(DB::Execution::run(connection, AssertSqlSafe(sql).into_sql_str()).await)
}
