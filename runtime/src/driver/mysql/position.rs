//! `MariaDB`'s global transaction ids (<https://mariadb.com/kb/en/gtid/>): what was committed, and
//! how far a replica has come. `MySQL` has others of the name, and skips the comments in which
//! these stand.
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::driver::{
    Driver,
    begin::{BeginOptions, BeginOutcome},
    execution::Execution,
    mysql::begin,
    position::{Position, Token},
};

/// Whether the server writes a binary log, and the last transaction of each domain in it: one is
/// there before its COMMIT is acknowledged. Not `@@last_gtid`, which knows of one domain only.
pub(crate) const POSITION: &str = "SELECT @@GLOBAL.log_bin /*M! , @@GLOBAL.gtid_binlog_pos */";

/// The answer to [`POSITION`].
pub(crate) fn of_row<DB: Driver>(row: &DB::Row) -> Result<Token, sqlx::Error> {
    let writes_log = DB::Execution::integer(row, 0)?.unwrap_or(0);
    // MySQL skips the comment, and answers with one column.
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

/// [`begin`], and before it the question how far a replica has come: 0 if far enough, -1 if not,
/// NULL for a server that is none. The snapshot is taken by the first statement of the transaction.
/// Without a wait on the server: a call that is cancelled would leave it behind there.
pub(crate) fn begin_after(opening: &BeginOptions, after: Option<&Token>) -> SqlStr {
    let Some(token) = after else {
        return begin::begin(opening);
    };
    let reached = match token.position() {
        gtids @ Position::Gtids(_) => format!(
            "/*M! , IF(@@GLOBAL.gtid_slave_pos = '', NULL, MASTER_GTID_WAIT('{gtids}', 0)) */"
        ),
        Position::Lsn(_) | Position::Local => String::new(),
    };
    AssertSqlSafe(format!(
        "SELECT NULL {reached}; {}",
        begin::begin(opening).as_str()
    ))
    .into_sql_str()
}

/// What BEGIN told of how far the server has come.
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
