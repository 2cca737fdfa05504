//! A sandbox on PostgreSQL.
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

/// COMMIT would check deferred constraints. A savepoint that is rolled back checks them here, and
/// leaves them deferred. What earlier calls wrote is checked again, and a foreign key locks the row
/// that it refers to: so a transaction that may not write is not checked.
const CHECK_DEFERRED: &str = "SAVEPOINT sqlx_tx_check; SET CONSTRAINTS ALL IMMEDIATE; \
     ROLLBACK TO SAVEPOINT sqlx_tx_check; RELEASE SAVEPOINT sqlx_tx_check; ";
/// COMMIT takes back what BEGIN set; the release of a savepoint does not.
const RESTORE: &str = "SET LOCAL statement_timeout TO DEFAULT; SET LOCAL lock_timeout TO DEFAULT; ";

/// A savepoint stands for the transaction. It is new in any case: the transaction around it has
/// begun before.
pub(crate) fn begin(opening: &BeginOptions) -> SqlStr {
    let mut sql = String::from(sandbox::BEGIN);
    if !opening.writes {
        // For this savepoint only: its end restores what was before.
        sql.push_str("; SET TRANSACTION READ ONLY");
    }
    set_and_ask(&mut sql, opening, "; SELECT pg_backend_pid(), true");
    AssertSqlSafe(sql).into_sql_str()
}

/// What stands for `command`, which ends with COMMIT.
pub(crate) fn commit(command: &SqlStr, writes: bool) -> SqlStr {
    let check = if writes { CHECK_DEFERRED } else { "" };
    sandbox::commit(command, &[check, RESTORE].concat())
}

/// `invalid_savepoint_specification`, in answer to the rollback: BEGIN has failed.
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

    /// READ UNCOMMITTED is READ COMMITTED on PostgreSQL.
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
