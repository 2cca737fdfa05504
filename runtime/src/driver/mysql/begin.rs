//! The text of BEGIN on MySQL and MariaDB, and the statements that restore the settings that it
//! changed.
//!
//! Both servers receive the same text. Where they differ, the statement is in an executable comment
//! that the other server skips: `/*M! .. */` is for MariaDB, `/*!50708 .. */` for MySQL 5.7.8 and
//! later (<https://mariadb.com/kb/en/comment-syntax/>).
use std::{fmt::Write, time::Duration};

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::driver::{begin::BeginOptions, mysql::ledger};

/// The largest `innodb_lock_wait_timeout` that MariaDB accepts, in seconds. MySQL accepts it
/// too.
const LONGEST_LOCK_WAIT: u64 = 100_000_000;
/// The largest `lock_wait_timeout` and `max_statement_time`, in seconds: a year.
const YEAR: u64 = 31_536_000;

/// The settings, then SET TRANSACTION, then START TRANSACTION.
///
/// SET TRANSACTION applies to the next transaction only, so it comes last before START TRANSACTION.
/// It is always sent, because it fails inside a transaction. START TRANSACTION alone would commit a
/// transaction that an earlier user of the connection left open:
/// <https://dev.mysql.com/doc/refman/8.4/en/set-transaction.html>.
///
/// `deferrable` and `relaxed` are never set here. A function that asks for them on MySQL does not
/// compile.
pub(crate) fn begin(options: &BeginOptions) -> SqlStr {
    const PLAIN: &str = "SET TRANSACTION READ WRITE; START TRANSACTION; SELECT CONNECTION_ID()";

    if *options == BeginOptions::plain(true) {
        return SqlStr::from_static(PLAIN);
    }
    let mut sql = String::from(if options.resolvable {
        ledger::CHECK
    } else {
        ""
    });
    set(&mut sql, options.lock_timeout, options.timeout);
    start(&mut sql, options);
    sql.push_str(if options.resolvable {
        "; SELECT CONNECTION_ID(), UUID()"
    } else {
        "; SELECT CONNECTION_ID()"
    });
    AssertSqlSafe(sql).into_sql_str()
}

fn start(sql: &mut String, options: &BeginOptions) {
    #[cfg(feature = "test")]
    if options.enclosed {
        return sql.push_str(crate::driver::testing::sandbox::BEGIN);
    }
    sql.push_str("SET TRANSACTION ");
    if let Some(level) = options.isolation {
        sql.push_str("ISOLATION LEVEL ");
        sql.push_str(level.sql());
        sql.push_str(", ");
    }
    sql.push_str(if options.writes {
        "READ WRITE"
    } else {
        "READ ONLY"
    });
    sql.push_str("; START TRANSACTION");
}

/// ROLLBACK and BEGIN for a retry on the same connection. The thread id is known already, and the
/// settings of the session are still in effect.
pub(crate) fn begin_again(rollback: &SqlStr, options: &BeginOptions) -> SqlStr {
    let mut sql = format!("{}; ", rollback.as_str());
    start(&mut sql, options);
    if options.resolvable {
        sql.push_str("; SELECT UUID()");
    }
    AssertSqlSafe(sql).into_sql_str()
}

/// Appends the statement that sets the timeouts, and saves their previous values in user variables.
///
/// A session setting outlives the transaction, so it has to be restored. `SET .. = DEFAULT` would
/// restore the server's value, not the one that the application may have set on each connection.
fn set(sql: &mut String, lock_timeout: Option<Duration>, timeout: Option<Duration>) {
    if lock_timeout.is_none() && timeout.is_none() {
        return;
    }
    sql.push_str("SET ");
    if let Some(limit) = lock_timeout {
        // In whole seconds. The first setting is for locks of rows, the second for locks of tables.
        let seconds = limit
            .as_secs()
            .saturating_add(u64::from(limit.subsec_nanos() > 0));
        let _ = write!(
            sql,
            "@sqlx_tx_row_lock = @@SESSION.innodb_lock_wait_timeout, SESSION innodb_lock_wait_timeout = {}, \
             @sqlx_tx_table_lock = @@SESSION.lock_wait_timeout, SESSION lock_wait_timeout = {} ",
            seconds.clamp(1, LONGEST_LOCK_WAIT),
            seconds.clamp(1, YEAR)
        );
    }
    if let Some(limit) = timeout {
        let comma = if lock_timeout.is_some() { ", " } else { "" };
        // 0 would mean no limit.
        let limit = limit.clamp(Duration::from_millis(1), Duration::from_secs(YEAR));
        let _ = write!(
            sql,
            "/*M! {comma}@sqlx_tx_timeout = @@SESSION.max_statement_time, SESSION max_statement_time = {}.{:06} */ \
             /*!50708 {comma}@sqlx_tx_timeout = @@SESSION.max_execution_time, SESSION max_execution_time = {} */",
            limit.as_secs(),
            limit.subsec_micros(),
            limit.as_millis().min(u128::from(u32::MAX))
        );
    }
    sql.push_str("; ");
}

/// `command`, preceded by the statement that restores the values that [`set`] saved.
pub(crate) fn after_restoring(
    sets_timeout: bool,
    sets_lock_timeout: bool,
    command: SqlStr,
) -> SqlStr {
    if !sets_timeout && !sets_lock_timeout {
        return command;
    }
    let mut sql = String::from("SET ");
    if sets_lock_timeout {
        sql.push_str("SESSION innodb_lock_wait_timeout = @sqlx_tx_row_lock, SESSION lock_wait_timeout = @sqlx_tx_table_lock ");
    }
    if sets_timeout {
        let comma = if sets_lock_timeout { ", " } else { "" };
        let _ = write!(
            sql,
            "/*M! {comma}SESSION max_statement_time = @sqlx_tx_timeout */ \
             /*!50708 {comma}SESSION max_execution_time = @sqlx_tx_timeout */"
        );
    }
    let _ = write!(sql, "; {}", command.as_str());
    AssertSqlSafe(sql).into_sql_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mode::Isolation;

    fn text(
        isolation: Option<Isolation>,
        writes: bool,
        timeout: Option<u64>,
        lock_timeout: Option<u64>,
    ) -> String {
        let [timeout, lock_timeout] =
            [timeout, lock_timeout].map(|nanoseconds| nanoseconds.map(Duration::from_nanos));
        let options = BeginOptions {
            isolation,
            timeout,
            lock_timeout,
            ..BeginOptions::plain(writes)
        };
        begin(&options).as_str().to_owned()
    }

    #[test]
    fn begin_asks_for_what_it_is_told_and_no_more() {
        let end = "; START TRANSACTION; SELECT CONNECTION_ID()";
        assert_eq!(
            text(None, true, None, None),
            format!("SET TRANSACTION READ WRITE{end}")
        );
        let serializable = text(Some(Isolation::Serializable), false, None, None);
        assert_eq!(
            serializable,
            format!("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY{end}")
        );
    }

    #[test]
    fn no_limit_becomes_none_and_lock_timeouts_are_rounded_up() {
        let shortest = text(None, true, Some(1), Some(1));
        for setting in [
            "max_statement_time = 0.001000 ",
            "max_execution_time = 1 ",
            "innodb_lock_wait_timeout = 1,",
            "lock_wait_timeout = 1 ",
        ] {
            assert!(shortest.contains(setting), "{setting}: {shortest}");
        }
        let longest = text(None, true, Some(u64::MAX), Some(1_000_000_001));
        for setting in [
            "max_statement_time = 31536000.000000 ",
            "max_execution_time = 4294967295 ",
            "innodb_lock_wait_timeout = 2,",
        ] {
            assert!(longest.contains(setting), "{setting}: {longest}");
        }
    }

    #[test]
    fn each_server_skips_the_setting_of_the_other() {
        let sql = text(None, true, Some(1_500_000_000), None);
        let expected = "SET /*M! @sqlx_tx_timeout = @@SESSION.max_statement_time, SESSION max_statement_time = 1.500000 */ \
                        /*!50708 @sqlx_tx_timeout = @@SESSION.max_execution_time, SESSION max_execution_time = 1500 */; SET TRANSACTION";
        assert!(sql.starts_with(expected), "{sql}");
    }
}
