//! MariaDB's global transaction ids (<https://mariadb.com/kb/en/gtid/>): the position of a commit,
//! and the question whether a replica has applied it.
//!
//! MySQL's ids of the same name have another format and are not supported. MySQL skips the
//! `/*M! .. */` comments, in which the queries for MariaDB are.
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::driver::{
    Driver,
    begin::{BeginOptions, BeginOutcome},
    execution::Execution,
    mysql::begin,
    position::{Position, Token},
};

/// Asks whether the server writes a binary log, and for the last transaction of each replication
/// domain in it.
///
/// A transaction is in the binary log before its COMMIT is acknowledged. `@@last_gtid` would not
/// do, because it has one domain only.
pub(crate) const POSITION: &str = "SELECT @@GLOBAL.log_bin /*M! , @@GLOBAL.gtid_binlog_pos */";

/// Reads the answer to [`POSITION`].
pub(crate) fn of_row<DB: Driver>(row: &DB::Row) -> Result<Token, sqlx::Error> {
    let writes_log = DB::Execution::integer(row, 0)?.unwrap_or(0);
    // MySQL skips the comment, so its answer has no second column.
    position(writes_log, DB::Execution::text(row, 1).ok().as_deref())
}

fn position(writes_log: i64, gtids: Option<&str>) -> Result<Token, sqlx::Error> {
    if writes_log == 0 {
        return Err(sqlx::Error::Configuration(
            "the server writes no binary log, so its commits have no position: set `log_bin`"
                .into(),
        ));
    }
    gtids.and_then(Token::at_gtids).ok_or_else(|| {
        sqlx::Error::Configuration(
            "only MariaDB's global transaction ids can be waited for: this server has none".into(),
        )
    })
}

/// The text of [`begin`], preceded by the question whether a replica has applied the commit: 0 if
/// it has, -1 if not, NULL if the server is not a replica.
///
/// The first statement after START TRANSACTION takes the snapshot, so the snapshot includes what
/// the answer reports. `MASTER_GTID_WAIT` has a timeout of 0 and only asks. A wait on the server
/// would go on there after its call was cancelled, and would occupy the connection.
pub(crate) fn begin_after(options: &BeginOptions, after: Option<&Token>) -> SqlStr {
    let Some(token) = after else {
        return begin::begin(options);
    };
    let reached = match token.position() {
        gtids @ Position::Gtids(_) => format!(
            "/*M! , IF(@@GLOBAL.gtid_slave_pos = '', NULL, MASTER_GTID_WAIT('{gtids}', 0)) */"
        ),
        Position::Lsn(_) | Position::Local => String::new(),
    };
    AssertSqlSafe(format!(
        "SELECT NULL {reached}; {}",
        begin::begin(options).as_str()
    ))
    .into_sql_str()
}

/// The outcome of BEGIN, from the answer to the question of [`begin_after`].
pub(crate) fn opened(reached: Option<i64>) -> BeginOutcome {
    match reached {
        Some(0) => BeginOutcome::Ready,
        Some(_) => BeginOutcome::Behind,
        None => BeginOutcome::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_without_a_position_says_why() {
        assert_eq!(
            position(1, Some("0-1-270"))
                .ok()
                .map(|token| token.to_string())
                .as_deref(),
            Some("gtid:0-1-270")
        );
        assert_eq!(
            position(1, Some(""))
                .ok()
                .map(|token| token.to_string())
                .as_deref(),
            Some("gtid:")
        );
        for (writes_log, gtids, says) in
            [(0, Some(""), "set `log_bin`"), (1, None, "only MariaDB's")]
        {
            let error = position(writes_log, gtids).expect_err("no position");
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
