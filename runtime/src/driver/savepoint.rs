//! What stands for BEGIN, COMMIT and ROLLBACK on a sandbox's connection, where a transaction is open that nobody commits.
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

pub(super) const BEGIN: &str = "SAVEPOINT sqlx_tx_sandbox";
pub(super) const ROLLBACK: SqlStr = SqlStr::from_static("ROLLBACK TO SAVEPOINT sqlx_tx_sandbox; RELEASE SAVEPOINT sqlx_tx_sandbox");

/// What stands for `command`, which ends with COMMIT, after `before`.
pub(super) fn commit(command: &SqlStr, before: &str) -> SqlStr {
    let releases = command.as_str().strip_suffix("COMMIT").unwrap_or_default();
    AssertSqlSafe(format!("{releases}{before}RELEASE SAVEPOINT sqlx_tx_sandbox")).into_sql_str()
}
