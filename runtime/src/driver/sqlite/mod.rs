//! The driver for SQLite: begin, commit, rollback and cancellation, and the meaning of its result
//! codes (<https://www.sqlite.org/rescode.html>).
//!
//! How its connections are opened is in `options`.
pub(crate) mod opening;
#[cfg(feature = "test")]
pub(crate) mod testing;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures_core::future::BoxFuture;
use sqlx::{
    AssertSqlSafe, Connection, SqlSafeStr, SqlStr, Sqlite,
    pool::PoolOptions,
    sqlite::{SqliteConnectOptions, SqliteError},
};

use crate::{
    driver::{
        Backend, Driver,
        begin::{BeginOptions, BeginOutcome, Release},
        connect::{Connect, Layout},
        effect::{CancelEffect, ErrorEffect, OpenCheck},
        execution::{Execution, ThroughSqlx, forward_to_sqlx, last_row},
        position::Token,
        rules::{Rules, effect_of_connection},
        sealed::Sealed,
        server::ServerInfo,
        statement::Statement,
    },
    error::class::Class,
    sql::Dialect,
};

/// How many instructions SQLite's virtual machine executes between two checks of the flag. They
/// take some microseconds.
const LOOK_EVERY: i32 = 1000;
/// `SQLITE_ERROR`, the code of a statement that cannot be executed, such as BEGIN inside a
/// transaction: <https://www.sqlite.org/rescode.html#error>.
const ERROR: i32 = 1;
const BEGIN: SqlStr = SqlStr::from_static("BEGIN");
const ROLLBACK: SqlStr = SqlStr::from_static("ROLLBACK");

pub(crate) static RULES: Rules = Rules {
    dialect: Dialect::Sqlite,
    is_remote: false,
    has_one_writer: true,
    // sqlx's worker thread skips the remaining statements of a text when the future is dropped.
    commits_by_one_poll: false,
    #[cfg(feature = "migrate")]
    migration_lock: None,
    // An interrupted INSERT, UPDATE or DELETE inside an explicit transaction rolls back the whole
    // transaction: https://www.sqlite.org/c3ref/interrupt.html
    #[cfg(feature = "test")]
    rolls_back_what_is_stopped: true,
    effect: |error| match error {
        // Some errors roll back the transaction, and the code does not tell, see `check_open`.
        sqlx::Error::Database(_) => ErrorEffect::Asks,
        error => effect_of_connection(error),
    },
    // A read changes nothing. A dropped write may or may not have run.
    cut: |_, reads| {
        if reads {
            CancelEffect::Harmless
        } else {
            CancelEffect::Poisons
        }
    },
    // SQLITE_ERROR, "cannot start a transaction within a transaction". BEGIN returns this code in
    // no other case.
    is_inherited: |error| code(error) == Some(ERROR),
    // SQLITE_ERROR, "no such savepoint"
    release_failed: |error| (code(error) == Some(ERROR)).then_some(Release::Gone),
};

impl Sealed for Sqlite {}
forward_to_sqlx!(
    Sqlite

    /// Installs a progress handler, which SQLite calls during a statement and which stops it:
    /// <https://www.sqlite.org/c3ref/progress_handler.html>.
    async fn stop_when_raised(
        connection: &mut sqlx::SqliteConnection,
        flag: &Arc<AtomicBool>,
    ) -> Result<(), sqlx::Error> {
        let flag = Arc::clone(flag);
        let mut handle = connection.lock_handle().await?;
        handle.set_progress_handler(LOOK_EVERY, move || !flag.load(Ordering::Relaxed));
        Ok(())
    }
);

impl Driver for Sqlite {
    type Execution = ThroughSqlx;
    type Backend = Settings;
}

/// The state of a transaction on SQLite: the settings of the connection that it changed.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Settings {
    /// Stops the running statement when it becomes true.
    stop: Arc<AtomicBool>,
    /// The statements that restore what BEGIN changed. They are sent before COMMIT or ROLLBACK.
    restore: String,
    #[cfg(feature = "test")]
    enclosed: bool,
    #[cfg(feature = "test")]
    writes: bool,
}

impl Settings {
    /// The text of BEGIN, with IMMEDIATE if the transaction writes.
    ///
    /// A transaction that reads first and writes later does not wait for the lock if another one
    /// has written since its snapshot. It fails at once with 517 `SQLITE_BUSY_SNAPSHOT`:
    /// <https://www.sqlite.org/rescode.html#busy_snapshot>.
    #[cfg_attr(
        not(feature = "test"),
        expect(
            clippy::unused_self,
            reason = "a sandbox is a matter of the feature `test`"
        )
    )]
    fn beginning(&self, options: &BeginOptions) -> SqlStr {
        #[cfg(feature = "test")]
        if self.enclosed {
            return SqlStr::from_static(crate::driver::testing::sandbox::BEGIN);
        }
        if options.writes {
            SqlStr::from_static("BEGIN IMMEDIATE")
        } else {
            BEGIN
        }
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
        ROLLBACK
    }

    /// Returns the statement that sets the busy timeout, and remembers the one that restores it.
    ///
    /// The timeout is also reduced to `timeout`, the limit of a statement. While SQLite waits for
    /// the lock, sqlx's worker thread does not notice that the call was cancelled.
    async fn wait_at_most<DB: Driver>(
        &mut self,
        connection: &mut DB::Connection,
        options: &BeginOptions,
    ) -> Result<String, sqlx::Error> {
        let limits = [options.lock_timeout, options.timeout];
        let Some(limit) = limits.into_iter().flatten().min() else {
            return Ok(String::new());
        };
        let row = last_row::<DB>(connection, SqlStr::from_static("PRAGMA busy_timeout")).await?;
        let before = DB::Execution::integer(&row, 0)?.unwrap_or(0);
        let limit = i64::from(i32::MAX).min(i64::try_from(limit.as_millis()).unwrap_or(i64::MAX));
        if options.lock_timeout.is_none() && before <= limit {
            return Ok(String::new());
        }
        self.restore = format!("PRAGMA busy_timeout = {before}; ");
        Ok(format!("PRAGMA busy_timeout = {limit}; "))
    }
}

impl<DB: Driver> Backend<DB> for Settings {
    fn rules(_: &DB::Connection) -> &'static Rules {
        &RULES
    }

    /// Ignores the token, because every connection to the file sees every commit.
    async fn begin(
        &mut self,
        connection: &mut DB::Connection,
        options: &BeginOptions,
        _: Option<&Token>,
    ) -> Result<BeginOutcome, sqlx::Error> {
        // The progress handler replaces the one of an earlier transaction on this connection,
        // because each transaction has a flag of its own.
        DB::Execution::stop_when_raised(connection, &self.stop).await?;
        self.restore.clear();
        let mut set = self.wait_at_most::<DB>(connection, options).await?;
        if !options.writes {
            self.restore.push_str("PRAGMA query_only = 0; ");
            set.push_str("PRAGMA query_only = 1; ");
        }
        #[cfg(feature = "test")]
        {
            (self.enclosed, self.writes) = (options.enclosed, options.writes);
            testing::sandbox::check::<DB>(self, connection, options).await?;
        }
        run::<DB>(connection, &set, self.beginning(options)).await?;
        Ok(BeginOutcome::Ready)
    }

    /// Sends ROLLBACK and BEGIN one after the other. There is no round trip to save, and conflicts
    /// between two transactions that both write do not occur, because SQLite has one writer.
    async fn begin_again(
        &mut self,
        connection: &mut DB::Connection,
        options: &BeginOptions,
    ) -> Result<(), sqlx::Error> {
        Backend::<DB>::roll_back(self, connection, None).await?;
        Backend::<DB>::begin(self, connection, options, None)
            .await
            .map(drop)
    }

    async fn commit(
        &self,
        connection: &mut DB::Connection,
        command: SqlStr,
    ) -> Result<(), sqlx::Error> {
        run::<DB>(connection, &self.restore, self.committing(command)).await
    }

    async fn commit_with_position(
        &self,
        connection: &mut DB::Connection,
        command: SqlStr,
    ) -> Result<Option<Token>, sqlx::Error> {
        Backend::<DB>::commit(self, connection, command).await?;
        Ok(Some(Token::local()))
    }

    async fn position(&self, _: &mut DB::Connection) -> Result<Token, sqlx::Error> {
        Ok(Token::local())
    }

    /// Sets the flag that stops the running statement, waits until the statement has ended, and
    /// rolls back. The future `stop` is not polled, because there is no server to send a signal to.
    async fn roll_back(
        &self,
        connection: &mut DB::Connection,
        stop: Option<BoxFuture<'_, ()>>,
    ) -> Result<(), sqlx::Error> {
        if stop.is_some() {
            self.stop.store(true, Ordering::Relaxed);
            // sqlx's worker thread runs one request after the other, so the ping returns after the
            // statement has ended. The flag must not stop ROLLBACK.
            let over = connection.ping().await;
            self.stop.store(false, Ordering::Relaxed);
            over?;
        }
        match run::<DB>(connection, &self.restore, self.rollback()).await {
            // SQLITE_ERROR, "no transaction is active": SQLite has rolled back, or BEGIN has
            // failed.
            Err(error) if code(&error) == Some(ERROR) => Ok(()),
            answer => answer,
        }
    }

    /// Sends BEGIN, which fails inside a transaction. If it succeeds, the transaction has ended.
    ///
    /// The code of the earlier error does not tell: `INSERT OR ROLLBACK` ends the transaction and
    /// fails with the same code as `INSERT OR ABORT`, which does not.
    async fn check_open(&self, connection: &mut DB::Connection) -> OpenCheck {
        match run::<DB>(connection, "", BEGIN).await {
            Ok(()) => match run::<DB>(connection, "", ROLLBACK).await {
                Ok(()) => OpenCheck::Ended,
                Err(error) => OpenCheck::Failed(error),
            },
            Err(error) if code(&error) == Some(ERROR) => OpenCheck::Open,
            Err(error) => OpenCheck::Failed(error),
        }
    }

    async fn server_info(
        &self,
        connection: &mut DB::Connection,
    ) -> Result<ServerInfo, sqlx::Error> {
        let row =
            last_row::<DB>(connection, SqlStr::from_static("SELECT sqlite_version()")).await?;
        Ok(ServerInfo {
            version: DB::Execution::text(&row, 0)?,
            is_replica: false,
        })
    }
}

impl Connect<Sqlite> for Settings {
    fn rules_for(_: &SqliteConnectOptions) -> &'static Rules {
        &RULES
    }

    fn pool(options: &SqliteConnectOptions) -> PoolOptions<Sqlite> {
        opening::Storage::of(options).pool()
    }

    fn layout(options: SqliteConnectOptions, pool: PoolOptions<Sqlite>) -> Layout<Sqlite> {
        opening::layout(options, pool)
    }

    async fn inspect(
        connection: &mut sqlx::SqliteConnection,
        layout: &Layout<Sqlite>,
    ) -> Result<(), sqlx::Error> {
        opening::check_journal::<Sqlite>(connection, layout, &layout.writer.0).await
    }

    fn explain(error: sqlx::Error, options: &SqliteConnectOptions) -> sqlx::Error {
        opening::explain(error, options)
    }
}

/// Runs a statement of this crate, preceded by the statements of `before`.
///
/// A single statement is cached by sqlx. Several statements cannot be, because `fetch_optional` may
/// stop after the first of them.
async fn run<DB: Driver>(
    connection: &mut DB::Connection,
    before: &str,
    sql: SqlStr,
) -> Result<(), sqlx::Error> {
    if before.is_empty() && !sql.as_str().contains(';') {
        let statement = Statement::cached(sql);
        return DB::Execution::fetch_optional(connection, statement)
            .await
            .map(drop);
    }
    let sql = AssertSqlSafe(format!("{before}{}", sql.as_str())).into_sql_str();
    DB::Execution::run(connection, sql).await
}

pub(crate) fn code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

pub(crate) fn class(error: &SqliteError) -> Class {
    use sqlx::error::DatabaseError;

    let code = error.code().and_then(|code| code.parse::<i32>().ok());
    // The low byte of an extended result code is the primary one:
    // https://www.sqlite.org/rescode.html#primary_result_codes_versus_extended_result_codes
    match code.map(|code| (code, code & 0xff)) {
        // 5 SQLITE_BUSY, with _RECOVERY, _SNAPSHOT and _TIMEOUT; 6 SQLITE_LOCKED, with _SHAREDCACHE
        Some((_, 5 | 6)) => Class::Busy,
        // 9 SQLITE_INTERRUPT
        Some((_, 9)) => Class::Timeout,
        _ => Class::Other,
    }
}
