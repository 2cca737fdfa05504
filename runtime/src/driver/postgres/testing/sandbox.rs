//! `PostgreSQL`'s part.
use sqlx::{
    AssertSqlSafe, Executor, PgConnection, Postgres, Row, SqlSafeStr, SqlStr,
    postgres::PgConnectOptions,
};

use crate::{
    driver::{
        Driver,
        postgres::Process,
        testing::{
            fault::Fault,
            sandbox::{ASKED_FOR, NOWHERE, Sandboxing, fail},
        },
    },
    mode::Isolation,
};

/// A deferred constraint would be checked by COMMIT: it is now, by a savepoint that is rolled back,
/// or it would not be deferred any more. So what earlier calls did is checked again, and a foreign
/// key locks the row that it refers to: nothing for a transaction that may not write.
pub(crate) const CHECK_DEFERRED: &str = "SAVEPOINT sqlx_tx_check; SET CONSTRAINTS ALL IMMEDIATE; \
     ROLLBACK TO SAVEPOINT sqlx_tx_check; RELEASE SAVEPOINT sqlx_tx_check; ";
/// What BEGIN set is as it was: COMMIT takes it back, RELEASE does not.
pub(crate) const RESTORE: &str =
    "SET LOCAL statement_timeout TO DEFAULT; SET LOCAL lock_timeout TO DEFAULT; ";
pub(crate) const ISOLATION: SqlStr = SqlStr::from_static("SHOW transaction_isolation");

impl Sandboxing<Postgres> for Process {
    fn begin_sandbox(_: &PgConnection, isolation: Option<Isolation>) -> SqlStr {
        begin_sandbox(isolation)
    }

    async fn isolation(connection: &mut PgConnection) -> Result<Isolation, sqlx::Error> {
        let level: String = Executor::fetch_one(connection, ISOLATION)
            .await?
            .try_get(0)?;
        Ok(isolation(&level))
    }

    async fn provoke(connection: &mut PgConnection, fault: Fault) -> sqlx::Error {
        provoke::<Postgres>(connection, fault).await
    }

    fn lead_nowhere(options: &mut PgConnectOptions) {
        *options = options.clone().socket(NOWHERE);
    }
}

pub(crate) fn begin_sandbox(isolation: Option<Isolation>) -> SqlStr {
    match isolation {
        Some(level) => {
            AssertSqlSafe(format!("BEGIN ISOLATION LEVEL {}", level.sql())).into_sql_str()
        }
        None => SqlStr::from_static("BEGIN"),
    }
}

/// READ UNCOMMITTED is READ COMMITTED here.
pub(crate) fn isolation(level: &str) -> Isolation {
    match level {
        "serializable" => Isolation::Serializable,
        "repeatable read" => Isolation::RepeatableRead,
        _ => Isolation::ReadCommitted,
    }
}

pub(crate) async fn provoke<DB: Driver>(
    connection: &mut DB::Connection,
    fault: Fault,
) -> sqlx::Error {
    let (code, message) = match fault {
        Fault::SerializationFailure => (
            "40001",
            "could not serialize access due to concurrent update",
        ),
        Fault::Deadlock => ("40P01", "deadlock detected"),
        _ => ("55P03", "canceling statement due to lock timeout"),
    };
    let raise = format!(
        "RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = '{message}', DETAIL = '{ASKED_FOR}'"
    );
    fail::<DB>(connection, format!("DO $$ BEGIN {raise}; END $$")).await
}
