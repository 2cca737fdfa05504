//! The ledger: a table in which a transaction leaves a row, so that its COMMIT can be resolved
//! where the server keeps no record of transactions.
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::driver::{
    begin::{Inquiry, Resolution},
    mysql::number,
};

/// The migration that `exactly_once` needs on `MySQL` and `MariaDB`: creates the table
/// `sqlx_transactional_ledger`, unless it exists.
///
/// Each call with `exactly_once` adds a row to it as part of its transaction. Rows that are older
/// than an hour are removed from time to time.
pub const MYSQL_LEDGER: &str = include_str!("../../../migrations/mysql_ledger.sql");

/// Fails where there is no ledger, before anything else is done.
pub(crate) const CHECK: &str = "SELECT 1 FROM sqlx_transactional_ledger LIMIT 0; ";

/// No call asks for a transaction's row an hour after its COMMIT.
const PRUNE: SqlStr = SqlStr::from_static(
    "DELETE FROM sqlx_transactional_ledger WHERE written_at < CURRENT_TIMESTAMP - INTERVAL 1 HOUR LIMIT 10000",
);
/// Transactions between two prunings.
const PRUNE_EVERY: u32 = 256;

/// A transaction's row: the server's own UUID.
#[derive(Debug)]
pub(crate) struct Entry(String);

impl Entry {
    pub(crate) fn new(id: String) -> Self {
        Self(id)
    }

    /// `command`, after the row.
    pub(crate) fn before(&self, command: &SqlStr) -> SqlStr {
        let (Self(id), command) = (self, command.as_str());
        AssertSqlSafe(format!(
            "INSERT INTO sqlx_transactional_ledger (id, stored) VALUES ('{id}', TRUE); {command}"
        ))
        .into_sql_str()
    }

    /// Writes the row in the transaction's place, marked as not stored: this waits for a
    /// transaction that has written it, and keeps one from committing that has not. Then the mark
    /// tells which of both wrote the row.
    pub(crate) fn resolve(&self) -> Inquiry {
        let Self(id) = self;
        let claim = format!(
            "INSERT IGNORE INTO sqlx_transactional_ledger (id, stored) VALUES ('{id}', FALSE)"
        );
        let look = format!("SELECT 1 FROM sqlx_transactional_ledger WHERE id = '{id}' AND stored");
        Inquiry {
            steps: vec![
                (AssertSqlSafe(claim).into_sql_str(), None),
                (
                    AssertSqlSafe(look).into_sql_str(),
                    Some(Resolution::Committed),
                ),
            ],
            otherwise: Resolution::RolledBack,
        }
    }
}

/// After a COMMIT with a row: now and then, the statement that removes old ones.
pub(crate) fn prune() -> Option<SqlStr> {
    static COMMITTED: AtomicU32 = AtomicU32::new(0);

    let is_due = COMMITTED.fetch_add(1, Relaxed).is_multiple_of(PRUNE_EVERY);
    is_due.then_some(PRUNE)
}

/// `ER_NO_SUCH_TABLE` in answer to BEGIN: it names no other table than the ledger.
pub(crate) fn explain(error: sqlx::Error) -> sqlx::Error {
    match number(&error) {
        Some(1146) => sqlx::Error::Configuration(
            "`exactly_once` needs the table `sqlx_transactional_ledger`: run `sqlx_transactional::MYSQL_LEDGER` as a migration".into(),
        ),
        _ => error,
    }
}
