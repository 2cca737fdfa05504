//! What a sandbox asks of a database: the transaction around everything, the savepoints that stand
//! for transactions in it, and the failures that a test asks for.
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
    /// Its BEGIN, for sqlx: at the level that is asked for, and ready to write.
    fn begin_sandbox(&self, isolation: Option<Isolation>) -> SqlStr;

    /// The isolation level of the transaction that is open.
    fn isolation(
        &self,
        connection: &mut DB::Connection,
    ) -> impl Future<Output = Result<Isolation, sqlx::Error>> + Send;

    /// The error that this failure has on the database.
    fn provoke(
        &self,
        connection: &mut DB::Connection,
        fault: Fault,
    ) -> impl Future<Output = sqlx::Error> + Send;

    /// How the statement that runs on this connection is stopped if the connection must live on;
    /// needed where a statement that is dropped breaks it.
    fn interruption(&self) -> Option<Interruption> {
        None
    }
}

/// Two statements that stop a third.
#[doc(hidden)]
#[derive(Debug)]
pub struct Interruption {
    /// Runs on another connection, as often as it takes.
    pub(crate) stop: SqlStr,
    /// Runs on the connection afterwards, whatever its answer is: an interruption that came when
    /// there was nothing left to stop would be for the user's next statement.
    pub(crate) absorb: SqlStr,
}

/// Where the options of a server's connections lead that are led nowhere.
#[cfg(any(feature = "postgres", feature = "mysql", feature = "sqlite"))]
pub(crate) const NOWHERE: &str = "/the sandbox has lost its connection";

/// What stands for BEGIN and ROLLBACK.
pub(crate) const BEGIN: &str = "SAVEPOINT sqlx_tx_sandbox";
pub(crate) const ROLLBACK: SqlStr =
    SqlStr::from_static("ROLLBACK TO SAVEPOINT sqlx_tx_sandbox; RELEASE SAVEPOINT sqlx_tx_sandbox");

/// What stands for `command`, which ends with COMMIT, after `before`.
pub(crate) fn commit(command: &SqlStr, before: &str) -> SqlStr {
    let releases = command.as_str().strip_suffix("COMMIT").unwrap_or_default();
    AssertSqlSafe(format!(
        "{releases}{before}RELEASE SAVEPOINT sqlx_tx_sandbox"
    ))
    .into_sql_str()
}

/// What the error of a failure says that a test asked for.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) const ASKED_FOR: &str = "as the test asked for";

/// The error of what cannot succeed.
pub(crate) fn unsuccessful(outcome: Result<(), sqlx::Error>) -> sqlx::Error {
    outcome.err().unwrap_or_else(|| {
        sqlx::Error::Protocol("the failure that a test asked for did not come about".into())
    })
}

/// Runs `sql`, which fails.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) async fn fail<DB: Driver>(connection: &mut DB::Connection, sql: String) -> sqlx::Error {
    unsuccessful(DB::Execution::run(connection, AssertSqlSafe(sql).into_sql_str()).await)
}
