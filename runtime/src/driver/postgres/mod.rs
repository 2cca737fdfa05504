//! The driver for PostgreSQL: commit, rollback and cancellation, and the meaning of its SQLSTATEs
//! (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
//!
//! The text of BEGIN is in `begin`, positions in the write-ahead log are in `position`.
pub(crate) mod begin;
pub(crate) mod position;
#[cfg(feature = "test")]
pub(crate) mod testing;

use std::{env, pin::pin, time::Duration};

use futures_core::future::BoxFuture;
use sqlx::{
    AssertSqlSafe, Connection, Postgres, SqlSafeStr, SqlStr,
    pool::PoolOptions,
    postgres::{PgConnectOptions, PgDatabaseError, PgSeverity},
};
use tokio::time::timeout;

use crate::{
    driver::{
        Backend, Defers, Driver, Relaxes,
        begin::{BeginOptions, BeginOutcome, Inquiry, Release, Resolution, Signal},
        connect::{Connect, Layout},
        effect::{CancelEffect, ErrorEffect, OpenCheck},
        execution::{Execution, ThroughSqlx, forward_to_sqlx, last_row, no_row, run_and_ask},
        position::Token,
        rules::{Rules, effect_of_connection},
        sealed::Sealed,
        server::ServerInfo,
    },
    error::class::Class,
    sql::Dialect,
};

/// How long a rollback waits for a cancelled statement to end by itself. After that, the statement
/// is stopped with `pg_cancel_backend`.
const GRACE: Duration = Duration::from_millis(50);
/// How often ROLLBACK is sent. sqlx returns the error of an earlier, cancelled statement in place
/// of the answer to ROLLBACK, so one attempt is not enough.
const TRIES: usize = 4;
/// A standby is in recovery:
/// <https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-INFO-TABLE>.
const ABOUT: SqlStr = SqlStr::from_static(
    "SELECT pg_is_in_recovery()::int::bigint, current_setting('server_version')",
);

pub(crate) static RULES: Rules = Rules {
    dialect: Dialect::Postgres,
    is_remote: true,
    has_one_writer: false,
    // COMMIT is one message. sqlx reads an answer that was not awaited before the next statement.
    commits_by_one_poll: true,
    #[cfg(feature = "migrate")]
    migration_lock: None,
    #[cfg(feature = "test")]
    rolls_back_what_is_stopped: false,
    effect: |error| match error {
        sqlx::Error::Database(_) if Class::of_sqlx(error) == Class::Connection => {
            ErrorEffect::Breaks
        }
        // After any error of a statement, the server refuses all statements until a rollback.
        sqlx::Error::Database(_) => ErrorEffect::Aborts,
        error => effect_of_connection(error),
    },
    // A dropped statement runs to its end on the server, and sqlx reads its answer before the next
    // statement. So the next answer tells whether a read has failed. A write may have succeeded.
    cut: |_, reads| {
        if reads {
            CancelEffect::Asks
        } else {
            CancelEffect::Poisons
        }
    },
    // 25001 active_sql_transaction: BEGIN with an isolation level in a transaction that has run a
    // query. 25P02 in_failed_sql_transaction. In other cases BEGIN inside a transaction succeeds
    // with a warning, and the query that follows it in `begin` detects that.
    is_inherited: |error| matches!(code(error).as_deref(), Some("25001" | "25P02")),
    release_failed: |error| match code(error)?.as_str() {
        // 25P01 no_active_sql_transaction, 3B001 invalid_savepoint_specification
        "25P01" | "3B001" => Some(Release::Gone),
        // 25P02 in_failed_sql_transaction
        "25P02" => Some(Release::Aborted),
        _ => None,
    },
};

impl Sealed for Postgres {}
impl Defers for Postgres {}
impl Relaxes for Postgres {}
forward_to_sqlx!(Postgres);

impl Driver for Postgres {
    type Execution = ThroughSqlx;
    type Backend = Process;
}

/// The state of a transaction on PostgreSQL: its server process and its transaction id.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Process {
    /// The process id, which `pg_cancel_backend` takes. BEGIN asks for it, because sqlx does not
    /// expose it.
    id: Option<i64>,
    /// The transaction id, if the outcome of COMMIT has to be resolvable.
    transaction: Option<String>,
    #[cfg(feature = "test")]
    enclosed: bool,
    #[cfg(feature = "test")]
    writes: bool,
}

impl Process {
    fn note<DB: Driver>(
        &mut self,
        row: &DB::Row,
        options: &BeginOptions,
    ) -> Result<(), sqlx::Error> {
        self.id = DB::Execution::integer(row, 0)?;
        self.transaction = if options.resolvable {
            Some(DB::Execution::text(row, 2)?)
        } else {
            None
        };
        Ok(())
    }

    #[cfg_attr(
        not(feature = "test"),
        expect(
            clippy::unused_self,
            reason = "a sandbox is a matter of the feature `test`"
        )
    )]
    fn rollback(&self) -> SqlStr {
        #[cfg(feature = "test")]
        if self.enclosed {
            return crate::driver::testing::sandbox::ROLLBACK;
        }
        SqlStr::from_static("ROLLBACK")
    }

    /// The text to send for `command`, which ends with COMMIT.
    #[cfg_attr(
        not(feature = "test"),
        expect(
            clippy::unused_self,
            reason = "a sandbox is a matter of the feature `test`"
        )
    )]
    fn committing(&self, command: SqlStr) -> SqlStr {
        #[cfg(feature = "test")]
        if self.enclosed {
            return testing::sandbox::commit(&command, self.writes);
        }
        command
    }

    /// Calls `function` with the process id. The id cannot belong to another client by now, because
    /// our connection to that process is still open.
    fn signal(&self, function: &str) -> Option<Signal> {
        let id = self.id?;
        Some(Signal {
            sql: AssertSqlSafe(format!("SELECT {function}({id})")).into_sql_str(),
            process: id.unsigned_abs(),
            is_void: |_| false,
        })
    }
}

impl<DB: Driver> Backend<DB> for Process {
    fn rules(_: &DB::Connection) -> &'static Rules {
        &RULES
    }

    async fn begin(
        &mut self,
        connection: &mut DB::Connection,
        options: &BeginOptions,
        after: Option<&Token>,
    ) -> Result<BeginOutcome, sqlx::Error> {
        // Before the await: after a cancelled BEGIN, the values of an earlier one must not be used.
        *self = Self::default();
        #[cfg(feature = "test")]
        {
            (self.enclosed, self.writes) = (options.enclosed, options.writes);
        }
        let rows = DB::Execution::rows(connection, position::begin_after(options, after)).await?;
        let (Some(first), Some(row)) = (rows.first(), rows.last()) else {
            return Err(no_row());
        };
        self.note::<DB>(row, options)?;
        let is_new = DB::Execution::flag(row, 1)?;
        let reached = match after {
            Some(_) => DB::Execution::integer(first, 0)?,
            None => Some(1),
        };
        Ok(position::opened(is_new, reached))
    }

    async fn begin_again(
        &mut self,
        connection: &mut DB::Connection,
        options: &BeginOptions,
    ) -> Result<(), sqlx::Error> {
        let sql = begin::begin_again(&self.rollback(), options);
        let row = last_row::<DB>(connection, sql).await?;
        self.note::<DB>(&row, options)
    }

    async fn commit(
        &self,
        connection: &mut DB::Connection,
        command: SqlStr,
    ) -> Result<(), sqlx::Error> {
        DB::Execution::run(connection, self.committing(command)).await
    }

    async fn commit_with_position(
        &self,
        connection: &mut DB::Connection,
        command: SqlStr,
    ) -> Result<Option<Token>, sqlx::Error> {
        let command = self.committing(command);
        let row = run_and_ask::<DB>(connection, &command, position::POSITION).await?;
        Ok(row.and_then(|row| position::of_row::<DB>(&row).ok()))
    }

    async fn position(&self, connection: &mut DB::Connection) -> Result<Token, sqlx::Error> {
        let row = last_row::<DB>(connection, SqlStr::from_static(position::POSITION)).await?;
        position::of_row::<DB>(&row)
    }

    /// Closing our end of the connection would not stop the statement. The server notices a closed
    /// socket only when it sends something.
    fn stop(&self) -> Option<Signal> {
        self.signal("pg_cancel_backend")
    }

    fn disconnect(&self) -> Option<Signal> {
        self.signal("pg_terminate_backend")
    }

    /// Asks for the status of the transaction, which the server keeps for a while
    /// (`pg_xact_status`, since PostgreSQL 10).
    ///
    /// A transaction that is still in progress may wait for a COMMIT that never arrives, so its
    /// process is terminated, and the next inquiry finds another status. The process is identified
    /// by its id and by the transaction, because the server may have given the id to another
    /// client.
    fn resolve(&self) -> Inquiry {
        let (Some(id), Some(transaction)) = (self.id, &self.transaction) else {
            return Inquiry::default();
        };
        let is = |condition, resolution| {
            let sql = format!("SELECT 1 WHERE pg_xact_status('{transaction}'::xid8) {condition}");
            (AssertSqlSafe(sql).into_sql_str(), Some(resolution))
        };
        let terminate = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = {id} AND backend_xid = '{transaction}'::xid8::xid"
        );
        Inquiry {
            steps: vec![
                is("= 'committed'", Resolution::Committed),
                is("= 'aborted'", Resolution::RolledBack),
                is("IS NULL", Resolution::Lost),
                (AssertSqlSafe(terminate).into_sql_str(), None),
            ],
            otherwise: Resolution::Pending,
        }
    }

    async fn roll_back(
        &self,
        connection: &mut DB::Connection,
        mut stop: Option<BoxFuture<'_, ()>>,
    ) -> Result<(), sqlx::Error> {
        let mut tries = TRIES;
        loop {
            let mut rollback = pin!(DB::Execution::run(&mut *connection, self.rollback()));
            let answer = if let Ok(answer) = timeout(GRACE, &mut rollback).await {
                answer
            } else {
                // The cancelled statement is still running. ROLLBACK waits for its end.
                if let Some(stop) = stop.take() {
                    stop.await;
                }
                rollback.await
            };
            tries -= 1;
            match answer {
                #[cfg(feature = "test")]
                Err(error) if self.enclosed && testing::sandbox::has_not_begun(&error) => {
                    return Ok(());
                }
                // The error is the cancelled statement's. sqlx read it before it sent ROLLBACK.
                Err(error) if tries > 0 && (RULES.effect)(&error) == ErrorEffect::Aborts => {}
                answer => return answer,
            }
        }
    }

    /// Pings. If the cancelled statement failed, sqlx returns its error as the answer to the ping.
    async fn check_open(&self, connection: &mut DB::Connection) -> OpenCheck {
        match connection.ping().await {
            Ok(()) => OpenCheck::Open,
            Err(error) => OpenCheck::Failed(error),
        }
    }

    async fn server_info(
        &self,
        connection: &mut DB::Connection,
    ) -> Result<ServerInfo, sqlx::Error> {
        let row = last_row::<DB>(connection, ABOUT).await?;
        Ok(ServerInfo {
            version: DB::Execution::text(&row, 1)?,
            is_replica: DB::Execution::integer(&row, 0)? != Some(0),
        })
    }
}

impl Connect<Postgres> for Process {
    fn rules_for(_: &PgConnectOptions) -> &'static Rules {
        &RULES
    }

    fn layout(options: PgConnectOptions, pool: PoolOptions<Postgres>) -> Layout<Postgres> {
        let options = match missing_name(&options) {
            Some(name) => options.application_name(&name),
            None => options,
        };
        Layout::plain(options, pool)
    }
}

/// The program's name, for `application_name`, which the server shows in `pg_stat_activity`. `None`
/// if the options have a name already.
pub(crate) fn missing_name(options: &PgConnectOptions) -> Option<String> {
    if options.get_application_name().is_some() {
        return None;
    }
    let program = env::current_exe().ok()?;
    Some(program.file_stem()?.to_string_lossy().into_owned())
}

pub(crate) fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(Into::into)
}

pub(crate) fn class(error: &PgDatabaseError) -> Class {
    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    match error.code() {
        // serialization_failure
        "40001" => Class::Serialization,
        // deadlock_detected
        "40P01" => Class::Deadlock,
        // lock_not_available
        "55P03" => Class::LockTimeout,
        // query_canceled: by statement_timeout or pg_cancel_backend
        "57014" => Class::Timeout,
        // statement_completion_unknown, transaction_resolution_unknown
        "40003" | "08007" => Class::CommitUnknown,
        // too_many_connections
        "53300" => Class::Connection,
        // Class 08, connection_exception
        code if code.starts_with("08") => Class::Connection,
        // Classes 28, invalid_authorization_specification, and 3D, invalid_catalog_name. They are
        // FATAL too, but a new connection would fail in the same way.
        code if code.starts_with("28") || code.starts_with("3D") => Class::Other,
        // The server closes the connection after a FATAL or PANIC error, such as 57P01
        // admin_shutdown or 25P03 idle_in_transaction_session_timeout:
        // https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-SEVERITY-LEVELS
        _ if matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic) => Class::Connection,
        _ => Class::Other,
    }
}
