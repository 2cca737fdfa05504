//! Failures that a server reports on request: real errors with their codes, without a race.

use sqlx::{AssertSqlSafe, Executor as _};
use sqlx_transactional::{Driver, Session};

/// What fails in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Serialization,
    Deadlock,
    LockTimeout,
    Division,
    Duplicate,
    /// The server closes the connection.
    Lost,
}

/// Runs a statement that fails with this fault.
pub(crate) async fn fail<DB: Driver>(
    session: &mut Session<DB>,
    fault: Fault,
) -> Result<(), sqlx::Error> {
    session
        .execute(sqlx::raw_sql(AssertSqlSafe(statement::<DB>(fault))))
        .await
        .map(drop)
}

fn statement<DB: Driver>(fault: Fault) -> String {
    use Fault::{Deadlock, Division, Duplicate, LockTimeout, Lost, Serialization};

    let raise = |state: &str| {
        format!("DO $$ BEGIN RAISE EXCEPTION 'as a test must' USING ERRCODE = '{state}'; END $$")
    };
    let signal = |number: u16| format!("SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = {number}");
    match (DB::NAME, fault) {
        ("PostgreSQL", Serialization) => raise("40001"),
        ("PostgreSQL", Deadlock) => raise("40P01"),
        ("PostgreSQL", LockTimeout) => raise("55P03"),
        ("PostgreSQL", Division) => "SELECT 1 / 0".into(),
        ("PostgreSQL", Lost) => "SELECT pg_terminate_backend(pg_backend_pid())".into(),
        ("MySQL", Serialization) => signal(1020),
        ("MySQL", Deadlock) => signal(1213),
        ("MySQL", LockTimeout) => signal(1205),
        ("MySQL", Division) => signal(1365),
        ("MySQL", Lost) => "KILL CONNECTION_ID()".into(),
        (_, Duplicate) => "INSERT INTO accounts VALUES (1, 0)".into(),
        (database, fault) => unreachable!("{database} does not know {fault:?}"),
    }
}
