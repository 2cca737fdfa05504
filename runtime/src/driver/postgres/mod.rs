//! `PostgreSQL`: SQL, SQLSTATEs (<https://www.postgresql.org/docs/current/errcodes-appendix.html>)
//! and how a connection is cleaned.
pub(crate) mod position;
pub(crate) mod statements;
pub(crate) mod testing;

use std::{env, mem, pin::pin, time::Duration};

use futures_core::{future::BoxFuture, stream::BoxStream};
use sqlx::{
    AssertSqlSafe, Connection, Describe, Execute, Executor, PgConnection, Pool, Postgres, Row,
    SqlSafeStr, SqlStr,
    pool::PoolOptions,
    postgres::{PgConnectOptions, PgDatabaseError, PgSeverity},
};
use tokio::time::timeout;

pub(crate) use crate::driver::postgres::{
    position::{POSITION, begin_after, opened, position},
    statements::begin_again,
};
use crate::{
    driver::{
        Backend, Defers, Driver, Relaxes, Step,
        begin::{Opened, Opening, Release, Resolution},
        effect::{Answer, Cut, Effect, Progress},
        forward_statements,
        layout::Layout,
        position::Token,
        question::run_and_ask,
        sealed::Sealed,
        server::About,
        statement::Statement,
        testing::sandbox as sandboxed,
    },
    error::class::Class,
    sql::Dialect,
    transaction::other_connection::run_elsewhere,
};

/// A cancelled statement that is over in this time needs no help to get there.
const GRACE: Duration = Duration::from_millis(50);
/// Each try may be answered with the error of an earlier, cancelled statement instead of its own.
const TRIES: usize = 4;

impl Sealed for Postgres {}
impl Defers for Postgres {}
impl Relaxes for Postgres {}

impl Driver for Postgres {
    type Backend = Process;
}

/// The process that serves the connection: `pg_cancel_backend` wants it, and sqlx keeps it to
/// itself.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Process {
    number: Option<i32>,
    /// The transaction's, where its COMMIT is to be resolved.
    transaction: Option<String>,
    sandboxed: bool,
    writes: bool,
}

impl Process {
    pub(crate) fn begun(
        number: Option<i32>,
        transaction: Option<String>,
        opening: &Opening,
    ) -> Self {
        Self {
            number,
            transaction,
            sandboxed: opening.sandboxed,
            writes: opening.writes,
        }
    }

    fn rollback(&self) -> SqlStr {
        if self.sandboxed {
            sandboxed::ROLLBACK
        } else {
            SqlStr::from_static("ROLLBACK")
        }
    }

    /// What stands for `command`, which ends with COMMIT.
    pub(crate) fn command(&self, command: SqlStr) -> SqlStr {
        if !self.sandboxed {
            return command;
        }
        let check = if self.writes {
            testing::sandbox::CHECK_DEFERRED
        } else {
            ""
        };
        sandboxed::commit(&command, &[check, testing::sandbox::RESTORE].concat())
    }
}

impl Backend<Postgres> for Process {
    fn is_remote(_: &PgConnection) -> bool {
        true
    }

    fn has_one_writer(_: &Pool<Postgres>) -> bool {
        false
    }

    fn commits_by_one_poll(_: &PgConnection) -> bool {
        true
    }

    fn dialect(_: &PgConnection) -> Dialect {
        Dialect::Postgres
    }

    async fn begin(
        &mut self,
        connection: &mut PgConnection,
        opening: &Opening,
        after: Option<&Token>,
    ) -> Result<Opened, sqlx::Error> {
        *self = Self::begun(None, None, opening);
        let rows = Executor::fetch_all(connection, begin_after(opening, after)).await?;
        let (Some(first), Some(row)) = (rows.first(), rows.last()) else {
            return Err(no_process());
        };
        *self = Self::begun(
            Some(row.try_get(0)?),
            if opening.resolvable {
                Some(row.try_get(2)?)
            } else {
                None
            },
            opening,
        );
        Ok(opened(
            row.try_get(1)?,
            after.is_some(),
            if after.is_some() {
                first.try_get(0)?
            } else {
                None
            },
        ))
    }

    async fn begin_again(
        &mut self,
        connection: &mut PgConnection,
        opening: &Opening,
    ) -> Result<(), sqlx::Error> {
        let row = Executor::fetch_optional(connection, begin_again(self, opening))
            .await?
            .ok_or_else(no_process)?;
        self.transaction = if opening.resolvable {
            Some(row.try_get(2)?)
        } else {
            None
        };
        Ok(())
    }

    /// `active_sql_transaction` (BEGIN with a level, in a transaction that has run a query) and
    /// `in_failed_sql_transaction`.
    fn is_inherited(error: &sqlx::Error) -> bool {
        error
            .as_database_error()
            .is_some_and(|error| matches!(error.code().as_deref(), Some("25001" | "25P02")))
    }

    async fn commit(
        &self,
        connection: &mut PgConnection,
        command: SqlStr,
    ) -> Result<(), sqlx::Error> {
        Self::run(connection, self.command(command)).await
    }

    async fn commit_and_tell(
        &self,
        connection: &mut PgConnection,
        command: SqlStr,
    ) -> Result<Option<Token>, sqlx::Error> {
        let row = run_and_ask::<Postgres>(connection, &self.command(command), POSITION).await?;
        Ok(row.and_then(|row| {
            position(
                row.try_get(0).ok()?,
                row.try_get(1).ok()?,
                row.try_get(2).ok()?,
            )
        }))
    }

    async fn position(connection: &mut PgConnection) -> Result<Token, sqlx::Error> {
        let row = Executor::fetch_one(connection, SqlStr::from_static(POSITION)).await?;
        position(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)
            .ok_or_else(|| sqlx::Error::Protocol("the server has no position in its log".into()))
    }

    async fn resolve(&self, pool: &Pool<Postgres>) -> Result<Resolution, sqlx::Error> {
        resolve(self, pool).await
    }

    /// `no_active_sql_transaction`, `invalid_savepoint_specification`; `in_failed_sql_transaction`
    fn release_failed(error: &sqlx::Error) -> Option<Release> {
        match error.as_database_error()?.code()?.as_ref() {
            "25P01" | "3B001" => Some(Release::Gone),
            "25P02" => Some(Release::Aborted),
            _ => None,
        }
    }

    async fn roll_back(
        &self,
        connection: &mut PgConnection,
        pool: &Pool<Postgres>,
        running: bool,
    ) -> Result<(), sqlx::Error> {
        roll_back(self, connection, pool, running).await
    }

    async fn stop(&self, pool: &Pool<Postgres>) {
        stop(self, pool).await;
    }

    async fn disconnect(&self, pool: &Pool<Postgres>) {
        disconnect(self, pool).await;
    }

    async fn ask(connection: &mut PgConnection) -> Answer {
        ask::<Postgres>(connection).await
    }

    async fn about(connection: &mut PgConnection) -> Result<About, sqlx::Error> {
        let row = Executor::fetch_one(connection, ABOUT).await?;
        Ok(About {
            version: row.try_get(1)?,
            is_replica: row.try_get::<i64, _>(0)? != 0,
        })
    }

    fn effect(error: &sqlx::Error) -> Effect {
        match error {
            sqlx::Error::Database(_) if Class::of_sqlx(error) == Class::Connection => {
                Effect::Breaks
            }
            sqlx::Error::Database(_) => Effect::Aborts,
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => Effect::Breaks,
            _ => Effect::None,
        }
    }

    fn cut(_: Dialect, _: Progress, reads: bool) -> Cut {
        if reads { Cut::Asks } else { Cut::Poisons }
    }

    fn layout(options: PgConnectOptions, pool: PoolOptions<Postgres>) -> Layout<Postgres> {
        let options = match missing_name(&options) {
            Some(name) => options.application_name(&name),
            None => options,
        };
        Layout::plain(options, pool)
    }

    forward_statements!(Postgres);
}

/// The name that tells the server's administrator whose connection it is, where the options have
/// none: the program's.
pub(crate) fn missing_name(options: &PgConnectOptions) -> Option<String> {
    if options.get_application_name().is_some() {
        return None;
    }
    Some(
        env::current_exe()
            .ok()?
            .file_stem()?
            .to_string_lossy()
            .into_owned(),
    )
}

fn no_process() -> sqlx::Error {
    sqlx::Error::Protocol("BEGIN was answered without the process id that it asks for".into())
}

/// Asks for the status of the transaction. One that is still in progress waits for a client that
/// will not come back: its process is ended, and the next answer is another.
pub(crate) async fn resolve<DB: Driver>(
    process: &Process,
    pool: &Pool<DB>,
) -> Result<Resolution, sqlx::Error> {
    let Process {
        number: Some(number),
        transaction: Some(transaction),
        ..
    } = process
    else {
        return Ok(Resolution::Lost);
    };
    for (condition, resolution) in [
        ("= 'committed'", Resolution::Committed),
        ("= 'aborted'", Resolution::RolledBack),
        ("IS NULL", Resolution::Lost),
    ] {
        let ask = format!("SELECT 1 WHERE pg_xact_status('{transaction}'::xid8) {condition}");
        if run_elsewhere(pool, AssertSqlSafe(ask).into_sql_str()).await? {
            return Ok(resolution);
        }
    }
    let terminate = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = {number} AND backend_xid = '{transaction}'::xid8::xid"
    );
    run_elsewhere(pool, AssertSqlSafe(terminate).into_sql_str()).await?;
    Ok(Resolution::Pending)
}

pub(crate) async fn roll_back<DB: Driver>(
    process: &Process,
    connection: &mut DB::Connection,
    pool: &Pool<DB>,
    mut running: bool,
) -> Result<(), sqlx::Error> {
    let mut tries = TRIES;
    loop {
        let mut rollback = pin!(DB::Backend::run(&mut *connection, process.rollback()));
        let answer = if let Ok(answer) = timeout(GRACE, &mut rollback).await {
            answer
        } else {
            if mem::take(&mut running) {
                stop(process, pool).await;
            }
            rollback.await
        };
        tries -= 1;
        match answer {
            // invalid_savepoint_specification: BEGIN has failed.
            Err(error) if process.sandboxed && has_code(&error, "3B001") => return Ok(()),
            // The error of the cancelled statement: this ROLLBACK was not sent.
            Err(error) if tries > 0 && Process::effect(&error) == Effect::Aborts => {}
            answer => return answer,
        }
    }
}

/// Cancels it: closing our connection would not, the server looks at the socket only when it has
/// something to say.
pub(crate) async fn stop<DB: Driver>(process: &Process, pool: &Pool<DB>) {
    if let Err((error, process)) = signal(process, "pg_cancel_backend", pool).await {
        tracing::warn!(%error, process, "could not stop a cancelled statement: its locks stay until it ends");
    }
}

pub(crate) async fn disconnect<DB: Driver>(process: &Process, pool: &Pool<DB>) {
    if let Err((error, process)) = signal(process, "pg_terminate_backend", pool).await {
        tracing::warn!(%error, process, "could not end a connection that has fallen silent: its locks stay until the server notices");
    }
}

/// The process cannot be somebody else's, since its connection is still ours.
async fn signal<DB: Driver>(
    process: &Process,
    function: &str,
    pool: &Pool<DB>,
) -> Result<(), (sqlx::Error, i32)> {
    let Some(process) = process.number else {
        return Ok(());
    };
    let call = AssertSqlSafe(format!("SELECT {function}({process})")).into_sql_str();
    run_elsewhere(pool, call)
        .await
        .map(drop)
        .map_err(|error| (error, process))
}

pub(crate) async fn ask<DB: Driver>(connection: &mut DB::Connection) -> Answer {
    match connection.ping().await {
        Ok(()) => Answer::Fine,
        Err(error) => Answer::Failed(error),
    }
}

fn has_code(error: &sqlx::Error, code: &str) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.code().as_deref() == Some(code))
}

/// <https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-INFO-TABLE>
pub(crate) const ABOUT: SqlStr = SqlStr::from_static(
    "SELECT pg_is_in_recovery()::int::bigint, current_setting('server_version')",
);

pub(crate) fn class(error: &PgDatabaseError) -> Class {
    match error.code() {
        "40001" => Class::Serialization,
        "40P01" => Class::Deadlock,
        // lock_not_available
        "55P03" => Class::LockTimeout,
        // query_canceled: by statement_timeout or by hand
        "57014" => Class::Timeout,
        // statement_completion_unknown, transaction_resolution_unknown
        "40003" | "08007" => Class::CommitUnknown,
        // too_many_connections
        "53300" => Class::Connection,
        code if code.starts_with("08") => Class::Connection,
        // A wrong password, an unknown database: fatal, and no better the next time.
        code if code.starts_with("28") || code.starts_with("3D") => Class::Other,
        // A server that shuts down, an idle transaction that took too long: whatever the reason,
        // the server hangs up.
        _ if matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic) => Class::Connection,
        _ => Class::Other,
    }
}
