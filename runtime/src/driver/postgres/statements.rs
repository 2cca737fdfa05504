//! What is sent to begin a transaction.
use std::fmt::Write;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::driver::{begin::Opening, postgres::Process, testing::sandbox as sandboxed};

/// The transaction is new if it has begun with this message: a message has one time, which is the
/// same to the microsecond, not the time of day.
pub(crate) fn begin(opening: &Opening) -> SqlStr {
    let Opening {
        isolation,
        writes,
        timeout,
        lock_timeout,
        deferrable,
        relaxed,
        resolvable,
        commit_timeout: _,
        sandboxed,
    } = *opening;
    if let (None, true, None, None, false, false, false, false) = (
        isolation,
        writes,
        timeout,
        lock_timeout,
        deferrable,
        relaxed,
        resolvable,
        sandboxed,
    ) {
        return SqlStr::from_static(
            "BEGIN; SELECT pg_backend_pid(), now() = statement_timestamp()",
        );
    }
    let mut sql = String::from(if sandboxed { sandboxed::BEGIN } else { "BEGIN" });
    if let Some(level) = isolation
        && !sandboxed
    {
        sql.push_str(" ISOLATION LEVEL ");
        sql.push_str(level.sql());
    }
    if !writes {
        // Of the savepoint alone: its end brings back what was before.
        sql.push_str(if sandboxed {
            "; SET TRANSACTION READ ONLY"
        } else {
            " READ ONLY"
        });
    }
    if deferrable && !sandboxed {
        sql.push_str(" DEFERRABLE");
    }
    for (setting, limit) in [
        ("statement_timeout", timeout),
        ("lock_timeout", lock_timeout),
    ] {
        if let Some(limit) = limit {
            // 0 would mean no limit.
            let _ = write!(
                sql,
                "; SET LOCAL {setting} = {}",
                limit.as_millis().clamp(1, i32::MAX as u128)
            );
        }
    }
    if relaxed {
        sql.push_str("; SET LOCAL synchronous_commit = off");
    }
    sql.push_str("; SELECT pg_backend_pid(), ");
    // The transaction around a sandbox's savepoint has begun before.
    sql.push_str(if sandboxed {
        "true"
    } else {
        "now() = statement_timestamp()"
    });
    if resolvable {
        // https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT, since
        // PostgreSQL 13
        sql.push_str(", pg_current_xact_id()::text");
    }
    AssertSqlSafe(sql).into_sql_str()
}

pub(crate) fn begin_again(process: &Process, opening: &Opening) -> SqlStr {
    AssertSqlSafe(format!(
        "{}; {}",
        process.rollback().as_str(),
        begin(opening).as_str()
    ))
    .into_sql_str()
}
