//! [`Sandboxing`], the part of each database in a sandbox: the transaction of the sandbox, the
//! savepoints that stand for transactions inside it, and the failures that a test asks for. How
//! transactions run in a sandbox is decided in `transaction/sandbox/`.
use std::future::Future;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

#[cfg(any(feature = "postgres", feature = "mysql"))]
use crate::driver::execution::Execution;
use crate::{
    driver::{Backend, Driver, testing::fault::Fault},
    mode::Isolation,
};

#[doc(hidden)]
pub trait Sandboxing<DB: Driver>: Backend<DB> {
    /// The BEGIN of the sandbox, at this isolation level, for a transaction that writes.
    fn begin_sandbox(&self, isolation: Option<Isolation>) -> SqlStr;

    /// The isolation level of the open transaction.
    fn isolation(
        &self,
        connection: &mut DB::Connection,
    ) -> impl Future<Output = Result<Isolation, sqlx::Error>> + Send;

    /// Makes the database return its own error for this failure.
    fn provoke(
        &self,
        connection: &mut DB::Connection,
        fault: Fault,
    ) -> impl Future<Output = sqlx::Error> + Send;

    /// How a running statement is stopped without closing its connection. Needed where dropping the
    /// future of a statement makes the connection unusable. `None`: it is not needed.
    fn interruption(&self) -> Option<Interruption> {
        None
    }
}

/// The two statements that stop a running statement.
#[doc(hidden)]
#[derive(Debug)]
pub struct Interruption {
    /// Runs on another connection, again and again until the statement has stopped.
    pub(crate) stop: SqlStr,
    /// Runs on the stopped connection afterwards, and its result is ignored. If the interruption
    /// arrives too late, it stops this statement and not the user's next one.
    pub(crate) absorb: SqlStr,
}

/// A socket or file that does not exist: see
/// [`lead_nowhere`](crate::driver::testing::clone::Cloning::lead_nowhere).
#[cfg(any(feature = "postgres", feature = "mysql", feature = "sqlite"))]
pub(crate) const NOWHERE: &str = "/the sandbox has lost its connection";

/// Replaces BEGIN in a sandbox; [`ROLLBACK`] replaces ROLLBACK.
pub(crate) const BEGIN: &str = "SAVEPOINT sqlx_tx_sandbox";
pub(crate) const ROLLBACK: SqlStr =
    SqlStr::from_static("ROLLBACK TO SAVEPOINT sqlx_tx_sandbox; RELEASE SAVEPOINT sqlx_tx_sandbox");

/// Replaces the COMMIT at the end of `command` by `before` and the release of the savepoint.
pub(crate) fn commit(command: &SqlStr, before: &str) -> SqlStr {
    let releases = command.as_str().strip_suffix("COMMIT").unwrap_or_default();
    AssertSqlSafe(format!(
        "{releases}{before}RELEASE SAVEPOINT sqlx_tx_sandbox"
    ))
    .into_sql_str()
}

/// The text in the errors of failures that a test asked for.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) const ASKED_FOR: &str = "as the test asked for";

/// The error of an operation that must fail. If it did not, an error that says so.
pub(crate) fn unsuccessful(outcome: Result<(), sqlx::Error>) -> sqlx::Error {
    outcome.err().unwrap_or_else(|| {
        sqlx::Error::Protocol("the failure that a test asked for did not come about".into())
    })
}

/// Runs `sql`, which must fail, and returns its error.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) async fn fail<DB: Driver>(connection: &mut DB::Connection, sql: String) -> sqlx::Error {
    unsuccessful(DB::Execution::run(connection, AssertSqlSafe(sql).into_sql_str()).await)
}
