//! Positions in PostgreSQL's write-ahead log: the position of a commit, and the question whether a
//! standby has replayed it.
//!
//! Waiting for a position belongs to `db`.
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::driver::{
    Driver,
    begin::{BeginOptions, BeginOutcome},
    execution::Execution,
    position::{Position, Token},
    postgres::begin,
};

/// The outcome of BEGIN. `is_new` is false if BEGIN joined an open transaction. `reached` is the
/// answer to the question of [`begin_after`].
pub(crate) fn opened(is_new: bool, reached: Option<i64>) -> BeginOutcome {
    match reached {
        _ if !is_new => BeginOutcome::Inherited,
        Some(1) => BeginOutcome::Ready,
        Some(_) => BeginOutcome::Behind,
        None => BeginOutcome::Unknown,
    }
}

/// Reads the answer to [`POSITION`].
pub(crate) fn of_row<DB: Driver>(row: &DB::Row) -> Result<Token, sqlx::Error> {
    let column = |column| Ok::<_, sqlx::Error>(DB::Execution::integer(row, column)?.unwrap_or(0));
    position(column(0)?, column(1)?, column(2)?)
        .ok_or_else(|| sqlx::Error::Protocol("the server has no position in its log".into()))
}

/// Asks for the insert position of the log, and for the sizes of its pages and segments, in bytes.
///
/// The flush position would be too early, because a COMMIT with `synchronous_commit = off` is
/// acknowledged before its record is flushed. A standby receives a record only after the flush, by
/// the next COMMIT or by the server's WAL writer.
pub(crate) const POSITION: &str = "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::int8, current_setting('wal_block_size')::int8, \
                                   pg_size_bytes(current_setting('wal_segment_size'))";

/// The end of the last record. `next` is the position at which the server will insert the next one.
///
/// If the last page is full, `next` is behind the header of the following page. That header is
/// written with the next record, so no standby replays up to `next` before another transaction
/// writes. Subtracting the header avoids the wait.
/// <https://www.postgresql.org/docs/current/wal-internals.html>
pub(crate) fn position(next: i64, page: i64, segment: i64) -> Option<Token> {
    /// Sizes of the header in bytes: on the first page of a segment, and on other pages.
    const HEADERS: (i64, i64) = (40, 24);

    let into_page = next.checked_rem(page)?;
    let first_page = next.checked_rem(segment)? < page;
    let header = if first_page { HEADERS.0 } else { HEADERS.1 };
    let end = if into_page == header {
        next - header
    } else {
        next
    };
    Some(Token::at_lsn(end.cast_unsigned()))
}

/// The text of [`begin`], preceded by the question whether a standby has replayed the commit: 1 if
/// it has, 0 if not, NULL if the server is not a standby.
///
/// The question runs in a transaction of its own. In the transaction that follows, it would take
/// the snapshot before the answer is known. That first transaction ends with ROLLBACK rather than
/// COMMIT, because BEGIN may have joined a transaction that an earlier user of the connection left
/// open.
pub(crate) fn begin_after(options: &BeginOptions, after: Option<&Token>) -> SqlStr {
    let Some(token) = after else {
        return begin::begin(options);
    };
    let reached = match token.position() {
        lsn @ Position::Lsn(_) => format!(
            "CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() >= '{lsn}')::int END"
        ),
        Position::Gtids(_) | Position::Local => "NULL::int".into(),
    };
    AssertSqlSafe(format!(
        "BEGIN READ ONLY; SELECT {reached}; ROLLBACK; {}",
        begin::begin(options).as_str()
    ))
    .into_sql_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_waits_for_the_header_of_a_page_that_is_not_written() {
        const PAGE: i64 = 8192;
        const SEGMENT: i64 = 16 << 20;
        for (next, end) in [
            (3 * SEGMENT + 2 * PAGE + 24, 3 * SEGMENT + 2 * PAGE),
            (3 * SEGMENT + 40, 3 * SEGMENT),
            // Behind the rest of a record that began on the page before.
            (3 * SEGMENT + 2 * PAGE + 40, 3 * SEGMENT + 2 * PAGE + 40),
            (3 * SEGMENT + 2 * PAGE + 32, 3 * SEGMENT + 2 * PAGE + 32),
            (3 * SEGMENT + 48, 3 * SEGMENT + 48),
            (3 * SEGMENT + 2 * PAGE, 3 * SEGMENT + 2 * PAGE),
        ] {
            assert_eq!(
                position(next, PAGE, SEGMENT),
                Some(Token::at_lsn(end.cast_unsigned())),
                "{next}"
            );
        }
        assert_eq!(position(1, 0, 0), None);
    }

    #[test]
    fn a_question_about_another_database_is_answered_with_nothing() {
        let text = |token: &str| {
            begin_after(
                &BeginOptions::plain(false),
                Some(&token.parse().expect("a token")),
            )
            .as_str()
            .to_owned()
        };
        assert!(text("lsn:16/B374D848").contains("pg_last_wal_replay_lsn() >= '16/B374D848'"));
        for foreign in ["gtid:0-1-270", "local"] {
            assert!(
                text(foreign)
                    .starts_with("BEGIN READ ONLY; SELECT NULL::int; ROLLBACK; BEGIN READ ONLY"),
                "{}",
                text(foreign)
            );
        }
    }
}
