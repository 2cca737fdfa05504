<<<<<<< HEAD
//! The statements of a sandbox on MySQL and MariaDB: its BEGIN, the interruption of a statement,
//! and the errors that tests ask for.
=======
//! A sandbox on MySQL and MariaDB. The savepoints are in `mysql/begin.rs` and `mysql/mod.rs`.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
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

<<<<<<< HEAD
/// The isolation level of the session. MySQL 8.0 has only `transaction_isolation`, and MariaDB
/// before 11.1 has only `tx_isolation`.
=======
/// The isolation level of the session. The name of the variable depends on the server and its
/// version.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
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

<<<<<<< HEAD
    /// The server applies KILL QUERY to the statement that is running or to the next one. `DO 0`
    /// receives a KILL QUERY that arrives late, so that it does not stop the user's next statement.
=======
    /// The effect of `KILL QUERY` ends with the statement that it hits. One that arrives late hits
    /// the next statement, so `DO 0` follows.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
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
