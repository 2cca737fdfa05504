//! The ledger, a table for `exactly_once` on MySQL and MariaDB: the statements that write, read and
//! prune its rows.
//!
//! These servers keep no record of committed transactions. So each transaction inserts a row, from
//! which the outcome of an unanswered COMMIT can be found out.
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::driver::{
    begin::{Inquiry, Resolution},
    mysql::number,
};

/// The SQL that creates the table `sqlx_transactional_ledger`, which `exactly_once` needs on MySQL
/// and MariaDB. Run it as a migration; it does nothing if the table exists.
///
/// Each call with `exactly_once` inserts one row as part of its transaction. About one in 256 of
/// these calls afterwards deletes up to 10,000 rows that are older than one hour.
pub const MYSQL_LEDGER: &str = include_str!("../../../migrations/mysql_ledger.sql");

/// Part of BEGIN. It fails if the table does not exist, before the body runs. Without it, the
/// INSERT would fail at COMMIT.
pub(crate) const CHECK: &str = "SELECT 1 FROM sqlx_transactional_ledger LIMIT 0; ";

/// Deletes old rows. A call looks for its row for at most the commit timeout after COMMIT (30 s by
/// default), which is far less than an hour.
const PRUNE: SqlStr = SqlStr::from_static(
    "DELETE FROM sqlx_transactional_ledger WHERE written_at < CURRENT_TIMESTAMP - INTERVAL 1 HOUR LIMIT 10000",
);
/// The number of transactions between two deletions.
const PRUNE_EVERY: u32 = 256;

/// The row of a transaction. Its id is a UUID that the server made in BEGIN.
#[derive(Debug)]
pub(crate) struct Entry(String);

impl Entry {
    pub(crate) fn new(id: String) -> Self {
        Self(id)
    }

    /// `command`, preceded by the INSERT of the row.
    pub(crate) fn before(&self, command: &SqlStr) -> SqlStr {
        let (Self(id), command) = (self, command.as_str());
        AssertSqlSafe(format!(
            "INSERT INTO sqlx_transactional_ledger (id, stored) VALUES ('{id}', TRUE); {command}"
        ))
        .into_sql_str()
    }

    /// Inserts the same row marked as not stored, and then reads the mark.
    ///
    /// If the transaction has inserted its row, this INSERT waits for the end of the transaction.
    /// If it has not, its own INSERT will fail with a duplicate key, and it cannot commit. In both
    /// cases the mark tells which of the two inserted the row.
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

/// The statement that deletes old rows, for one in [`PRUNE_EVERY`] transactions.
pub(crate) fn prune() -> Option<SqlStr> {
    static COMMITTED: AtomicU32 = AtomicU32::new(0);

    let is_due = COMMITTED.fetch_add(1, Relaxed).is_multiple_of(PRUNE_EVERY);
    is_due.then_some(PRUNE)
}

/// Explains 1146 `ER_NO_SUCH_TABLE` as the answer to BEGIN. The ledger is the only table in that
/// text.
pub(crate) fn explain(error: sqlx::Error) -> sqlx::Error {
    match number(&error) {
        Some(1146) => sqlx::Error::Configuration(
            "`exactly_once` needs the table `sqlx_transactional_ledger`: run `sqlx_transactional::MYSQL_LEDGER` as a migration".into(),
        ),
        _ => error,
    }
}
