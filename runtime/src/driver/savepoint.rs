//! What stands for BEGIN, COMMIT and ROLLBACK on a sandbox's connection, where a transaction is open that nobody commits.
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

pub(super) const BEGIN: &str = "SAVEPOINT sqlx_tx_sandbox";
pub(super) const ROLLBACK: SqlStr = SqlStr::from_static("ROLLBACK TO SAVEPOINT sqlx_tx_sandbox; RELEASE SAVEPOINT sqlx_tx_sandbox");

/// What stands for `command`, which ends with COMMIT, after `before`.
pub(super) fn commit(command: &SqlStr, before: &str) -> SqlStr {
    let releases = command.as_str().strip_suffix("COMMIT").unwrap_or_default();
    AssertSqlSafe(format!("{releases}{before}RELEASE SAVEPOINT sqlx_tx_sandbox")).into_sql_str()
}

/// What the error of a failure says that a test asked for.
pub(super) const ASKED_FOR: &str = "as the test asked for";

/// The error of what cannot succeed.
pub(super) fn unsuccessful(outcome: Result<(), sqlx::Error>) -> sqlx::Error {
    outcome.err().unwrap_or_else(|| sqlx::Error::Protocol("the failure that a test asked for did not come about".into()))
}
