//! A sandbox on PostgreSQL: the SQL of its transaction, and of the savepoints that stand for the
//! transactions inside it.
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::{
    driver::{
        Driver,
        begin::BeginOptions,
        execution::{Execution, last_row},
        postgres::{Process, begin::set_and_ask, code},
        testing::{
            fault::Fault,
            sandbox::{self, ASKED_FOR, Sandboxing, fail},
        },
    },
    mode::Isolation,
};

/// Checks deferred constraints, as COMMIT would. This is done in a savepoint that is rolled back,
/// because otherwise the constraints would no longer be deferred.
///
/// The writes of earlier calls are checked again too. The check of a foreign key locks the row that
/// it refers to, which a read-only transaction may not do. So read-only transactions check nothing.
const CHECK_DEFERRED: &str = "SAVEPOINT sqlx_tx_check; SET CONSTRAINTS ALL IMMEDIATE; \
     ROLLBACK TO SAVEPOINT sqlx_tx_check; RELEASE SAVEPOINT sqlx_tx_check; ";
/// Resets the settings of BEGIN. COMMIT does this by itself, and the release of a savepoint does
/// not.
const RESTORE: &str = "SET LOCAL statement_timeout TO DEFAULT; SET LOCAL lock_timeout TO DEFAULT; ";

/// Replaces BEGIN by a savepoint. The statement answers `true` for "not inherited": the time of the
/// message tells nothing here, because the sandbox's transaction began earlier.
pub(crate) fn begin(options: &BeginOptions) -> SqlStr {
    let mut sql = String::from(sandbox::BEGIN);
    if !options.writes {
        // The end of the savepoint restores the previous mode.
        sql.push_str("; SET TRANSACTION READ ONLY");
    }
    set_and_ask(&mut sql, options, "; SELECT pg_backend_pid(), true");
    AssertSqlSafe(sql).into_sql_str()
}

/// Replaces the COMMIT at the end of `command`.
pub(crate) fn commit(command: &SqlStr, writes: bool) -> SqlStr {
    let check = if writes { CHECK_DEFERRED } else { "" };
    sandbox::commit(command, &[check, RESTORE].concat())
}

/// `invalid_savepoint_specification` as the error of the rollback: the savepoint does not exist, so
/// BEGIN had failed.
pub(crate) fn has_not_begun(error: &sqlx::Error) -> bool {
    code(error).as_deref() == Some("3B001")
}

impl<DB: Driver> Sandboxing<DB> for Process {
    fn begin_sandbox(&self, isolation: Option<Isolation>) -> SqlStr {
        match isolation {
            Some(level) => {
                AssertSqlSafe(format!("BEGIN ISOLATION LEVEL {}", level.sql())).into_sql_str()
            }
            None => SqlStr::from_static("BEGIN"),
        }
    }

    /// READ UNCOMMITTED counts as READ COMMITTED, because PostgreSQL runs it so.
    async fn isolation(&self, connection: &mut DB::Connection) -> Result<Isolation, sqlx::Error> {
        let row = last_row::<DB>(
            connection,
            SqlStr::from_static("SHOW transaction_isolation"),
        )
        .await?;
        Ok(match DB::Execution::text(&row, 0)?.as_str() {
            "serializable" => Isolation::Serializable,
            "repeatable read" => Isolation::RepeatableRead,
            _ => Isolation::ReadCommitted,
        })
    }

    async fn provoke(&self, connection: &mut DB::Connection, fault: Fault) -> sqlx::Error {
        let (code, message) = match fault {
            Fault::SerializationFailure => (
                "40001",
                "could not serialize access due to concurrent update",
            ),
            Fault::Deadlock => ("40P01", "deadlock detected"),
            _ => ("55P03", "canceling statement due to lock timeout"),
        };
        let raise = format!(
            "RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = '{message}', DETAIL = '{ASKED_FOR}'"
        );
        fail::<DB>(connection, format!("DO $$ BEGIN {raise}; END $$")).await
    }
}
