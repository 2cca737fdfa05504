//! A sandbox on MySQL and MariaDB. The savepoints are in `mysql/begin.rs` and `mysql/mod.rs`.
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::{
    driver::{
        Driver,
        execution::{Execution, last_row},
        mysql::Thread,
        testing::{
            fault::Fault,
            sandbox::{ASKED_FOR, Interruption, Sandboxing, fail},
        },
    },
    mode::Isolation,
};

/// The isolation level of the session. The name of the variable depends on the server and its
/// version.
const ISOLATION: SqlStr = SqlStr::from_static(
    "SHOW VARIABLES WHERE Variable_name IN ('transaction_isolation', 'tx_isolation')",
);

impl<DB: Driver> Sandboxing<DB> for Thread {
    fn begin_sandbox(&self, isolation: Option<Isolation>) -> SqlStr {
        match isolation {
            Some(level) => AssertSqlSafe(format!(
                "SET TRANSACTION ISOLATION LEVEL {}; START TRANSACTION",
                level.sql()
            ))
            .into_sql_str(),
            None => SqlStr::from_static("START TRANSACTION"),
        }
    }

    async fn isolation(&self, connection: &mut DB::Connection) -> Result<Isolation, sqlx::Error> {
        let row = last_row::<DB>(connection, ISOLATION).await?;
        Ok(match DB::Execution::text(&row, 1)?.as_str() {
            "SERIALIZABLE" => Isolation::Serializable,
            "REPEATABLE-READ" => Isolation::RepeatableRead,
            _ => Isolation::ReadCommitted,
        })
    }

    /// The effect of `KILL QUERY` ends with the statement that it hits. One that arrives late hits
    /// the next statement, so `DO 0` follows.
    fn interruption(&self) -> Option<Interruption> {
        let id = self.id()?;
        Some(Interruption {
            stop: AssertSqlSafe(format!("KILL QUERY {id}")).into_sql_str(),
            absorb: SqlStr::from_static("DO 0"),
        })
    }

    async fn provoke(&self, connection: &mut DB::Connection, fault: Fault) -> sqlx::Error {
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
}
