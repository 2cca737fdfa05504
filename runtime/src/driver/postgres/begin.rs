//! The text that begins a transaction.
use std::fmt::Write;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::driver::begin::BeginOptions;

/// The transaction is new if it began with this message: `now()` is when the transaction began,
/// `statement_timestamp()` when the message arrived, and both are the same to the microsecond.
pub(crate) const WHO: &str = "; SELECT pg_backend_pid(), now() = statement_timestamp()";

pub(crate) fn begin(opening: &BeginOptions) -> SqlStr {
    #[cfg(feature = "test")]
    if opening.enclosed {
        return super::testing::sandbox::begin(opening);
    }
    if *opening == BeginOptions::plain(true) {
        return SqlStr::from_static(
            "BEGIN; SELECT pg_backend_pid(), now() = statement_timestamp()",
        );
    }
    let mut sql = String::from("BEGIN");
    if let Some(level) = opening.isolation {
        sql.push_str(" ISOLATION LEVEL ");
        sql.push_str(level.sql());
    }
    if !opening.writes {
        sql.push_str(" READ ONLY");
    }
    if opening.deferrable {
        sql.push_str(" DEFERRABLE");
    }
    set_and_ask(&mut sql, opening, WHO);
    AssertSqlSafe(sql).into_sql_str()
}

/// The settings of the transaction, and who serves it.
pub(crate) fn set_and_ask(sql: &mut String, opening: &BeginOptions, who: &str) {
    for (setting, limit) in [
        ("statement_timeout", opening.timeout),
        ("lock_timeout", opening.lock_timeout),
    ] {
        if let Some(limit) = limit {
            // 0 would mean no limit.
            let limit = limit.as_millis().clamp(1, i32::MAX as u128);
            let _ = write!(sql, "; SET LOCAL {setting} = {limit}");
        }
    }
    if opening.relaxed {
        sql.push_str("; SET LOCAL synchronous_commit = off");
    }
    sql.push_str(who);
    if opening.resolvable {
        // https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT, since
        // PostgreSQL 13
        sql.push_str(", pg_current_xact_id()::text");
    }
}

pub(crate) fn begin_again(rollback: &SqlStr, opening: &BeginOptions) -> SqlStr {
    let begin = begin(opening);
    AssertSqlSafe(format!("{}; {}", rollback.as_str(), begin.as_str())).into_sql_str()
}
