//! The part of `MySQL` and `MariaDB`.
use sqlx::{
    AssertSqlSafe, Executor, MySql, MySqlConnection, Row, SqlSafeStr, SqlStr,
    mysql::MySqlConnectOptions,
};

use crate::{
    driver::{
        Driver,
        mysql::{self, Thread},
        testing::{
            fault::Fault,
            sandbox::{ASKED_FOR, Interruption, NOWHERE, Sandboxing, fail},
        },
    },
    mode::Isolation,
};

/// The level of the session's transactions, under the name that the server has for it.
pub(crate) const ISOLATION: SqlStr = SqlStr::from_static(
    "SHOW VARIABLES WHERE Variable_name IN ('transaction_isolation', 'tx_isolation')",
);

impl Sandboxing<MySql> for Thread {
    fn begin_sandbox(_: &MySqlConnection, isolation: Option<Isolation>) -> SqlStr {
        begin_sandbox(isolation)
    }

    async fn isolation(connection: &mut MySqlConnection) -> Result<Isolation, sqlx::Error> {
        let level: String = Executor::fetch_one(connection, ISOLATION)
            .await?
            .try_get(1)?;
        Ok(isolation(&level))
    }

    async fn provoke(connection: &mut MySqlConnection, fault: Fault) -> sqlx::Error {
        provoke::<MySql>(connection, fault).await
    }

    fn interruption(&self) -> Option<Interruption> {
        mysql::interruption(self)
    }

    fn lead_nowhere(options: &mut MySqlConnectOptions) {
        *options = options.clone().socket(NOWHERE);
    }
}

pub(crate) fn begin_sandbox(isolation: Option<Isolation>) -> SqlStr {
    match isolation {
        Some(level) => AssertSqlSafe(format!(
            "SET TRANSACTION ISOLATION LEVEL {}; START TRANSACTION",
            level.sql()
        ))
        .into_sql_str(),
        None => SqlStr::from_static("START TRANSACTION"),
    }
}

pub(crate) fn isolation(level: &str) -> Isolation {
    match level {
        "SERIALIZABLE" => Isolation::Serializable,
        "REPEATABLE-READ" => Isolation::RepeatableRead,
        _ => Isolation::ReadCommitted,
    }
}

pub(crate) async fn provoke<DB: Driver>(
    connection: &mut DB::Connection,
    fault: Fault,
) -> sqlx::Error {
    let (state, number) = match fault {
        Fault::SerializationFailure => ("HY000", 1020),
        Fault::Deadlock => ("40001", 1213),
        _ => ("HY000", 1205),
    };
    let signal = format!(
        "SIGNAL SQLSTATE '{state}' SET MYSQL_ERRNO = {number}, MESSAGE_TEXT = '{ASKED_FOR}'"
    );
    fail::<DB>(connection, signal).await
}
