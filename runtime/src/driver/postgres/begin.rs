//! The text of BEGIN on PostgreSQL, with the settings of the transaction, as one message.
//!
//! What the answer means is in the driver's `mod.rs` and in `position`.
use std::fmt::Write;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::driver::begin::BeginOptions;

/// Asks for the process id, and whether BEGIN began a new transaction.
///
/// BEGIN inside a transaction only warns, and would join a transaction that an earlier user of the
/// connection left open. `now()` is the time at which the transaction began, and
/// `statement_timestamp()` the time at which the message arrived. They are equal only if this
/// message began the transaction:
/// <https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-CURRENT>.
pub(crate) const WHO: &str = "; SELECT pg_backend_pid(), now() = statement_timestamp()";

pub(crate) fn begin(options: &BeginOptions) -> SqlStr {
    #[cfg(feature = "test")]
    if options.enclosed {
        return super::testing::sandbox::begin(options);
    }
    if *options == BeginOptions::plain(true) {
        return SqlStr::from_static(
            "BEGIN; SELECT pg_backend_pid(), now() = statement_timestamp()",
        );
    }
    let mut sql = String::from("BEGIN");
    if let Some(level) = options.isolation {
        sql.push_str(" ISOLATION LEVEL ");
        sql.push_str(level.sql());
    }
    if !options.writes {
        sql.push_str(" READ ONLY");
    }
    if options.deferrable {
        sql.push_str(" DEFERRABLE");
    }
    set_and_ask(&mut sql, options, WHO);
    AssertSqlSafe(sql).into_sql_str()
}

/// Appends the settings of the transaction, and then `who`, the query for the process id.
pub(crate) fn set_and_ask(sql: &mut String, options: &BeginOptions, who: &str) {
    for (setting, limit) in [
        ("statement_timeout", options.timeout),
        ("lock_timeout", options.lock_timeout),
    ] {
        if let Some(limit) = limit {
            // In milliseconds; 0 would mean no limit.
            let limit = limit.as_millis().clamp(1, i32::MAX as u128);
            let _ = write!(sql, "; SET LOCAL {setting} = {limit}");
        }
    }
    if options.relaxed {
        sql.push_str("; SET LOCAL synchronous_commit = off");
    }
    sql.push_str(who);
    if options.resolvable {
        // Since PostgreSQL 13:
        // https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
        sql.push_str(", pg_current_xact_id()::text");
    }
}

pub(crate) fn begin_again(rollback: &SqlStr, options: &BeginOptions) -> SqlStr {
    let begin = begin(options);
    AssertSqlSafe(format!("{}; {}", rollback.as_str(), begin.as_str())).into_sql_str()
}
