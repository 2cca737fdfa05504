//! `SQLite`: SQL, result codes (<https://www.sqlite.org/rescode.html>), and the flag that stops a statement from outside.
use std::{
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_core::{future::BoxFuture, stream::BoxStream};
use sqlx::{
    AssertSqlSafe, Connection, Describe, Execute, Executor, Pool, Row, SqlSafeStr, SqlStr, Sqlite, SqliteConnection,
    pool::PoolOptions,
    sqlite::{SqliteArguments, SqliteConnectOptions, SqliteError, SqliteJournalMode, SqliteSynchronous},
};

use super::{Backend, Driver, Opening, Release, Statement, Step, forward_statements, sealed::Sealed};
use crate::{
    class::Class,
    health::{Answer, Cut, Effect, Progress},
    sql::Dialect,
};

/// Instructions of `SQLite`'s virtual machine between two looks at the flag: some microseconds.
const LOOK_EVERY: i32 = 1000;
const BEGIN: SqlStr = SqlStr::from_static("BEGIN");
const ROLLBACK: SqlStr = SqlStr::from_static("ROLLBACK");
/// As long as sqlx waits by default.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

impl Sealed for Sqlite {}

impl Driver for Sqlite {
    type Backend = Settings;
}

/// What is set on the connection for as long as the transaction lasts.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Settings {
    /// Raised, it stops the statement that is running.
    stop: Arc<AtomicBool>,
    /// Puts back what was changed; goes before the statement that ends the transaction.
    restore: String,
}

impl Backend<Sqlite> for Settings {
    const REMOTE: bool = false;
    /// The worker stops between two statements of one text when nobody waits for it any more.
    const COMMIT_BY_ONE_POLL: bool = false;

    fn dialect(_: &SqliteConnection) -> Dialect {
        Dialect::Sqlite
    }

    /// IMMEDIATE where the transaction writes: one that reads first and writes later cannot wait for the lock, it fails at once (517).
    async fn begin(&mut self, connection: &mut SqliteConnection, opening: &Opening) -> Result<(), sqlx::Error> {
        let stop = Arc::clone(&self.stop);
        connection.lock_handle().await?.set_progress_handler(LOOK_EVERY, move || !stop.load(Ordering::Relaxed));
        let mut set = self.wait_at_most(connection, opening).await?;
        if !opening.writes {
            self.restore.push_str("PRAGMA query_only = 0; ");
            set.push_str("PRAGMA query_only = 1; ");
        }
        let begin = SqlStr::from_static(if opening.writes { "BEGIN IMMEDIATE" } else { "BEGIN" });
        run(connection, &set, begin).await
    }

    /// "cannot start a transaction within a transaction"; BEGIN has no other way to fail with this code.
    fn is_inherited(error: &sqlx::Error) -> bool {
        code(error) == Some(1)
    }

    async fn commit(&self, connection: &mut SqliteConnection, command: SqlStr) -> Result<(), sqlx::Error> {
        run(connection, &self.restore, command).await
    }

    /// "no such savepoint"
    fn release_failed(error: &sqlx::Error) -> Option<Release> {
        (code(error) == Some(1)).then_some(Release::Gone)
    }

    fn is_definite(error: &sqlx::Error) -> bool {
        matches!(error, sqlx::Error::Database(_))
    }

    async fn roll_back(&self, connection: &mut SqliteConnection, _: &Pool<Sqlite>, running: bool) -> Result<(), sqlx::Error> {
        if running {
            self.stop.store(true, Ordering::Relaxed);
            let over = connection.ping().await;
            self.stop.store(false, Ordering::Relaxed);
            over?;
        }
        match run(connection, &self.restore, ROLLBACK).await {
            // No transaction is active: it had already rolled back by itself.
            Err(error) if code(&error) == Some(1) => Ok(()),
            answer => answer,
        }
    }

    /// A worker that has crashed runs nothing.
    async fn stop(&self, _: &Pool<Sqlite>) {}

    /// `BEGIN` fails inside a transaction, so if it succeeds the one that we had is gone. The code of an error does not tell:
    /// `INSERT OR ROLLBACK` fails with the same as `INSERT OR ABORT`.
    async fn ask(connection: &mut SqliteConnection) -> Answer {
        match run(connection, "", BEGIN).await {
            Ok(()) => match run(connection, "", ROLLBACK).await {
                Ok(()) => Answer::Gone,
                Err(error) => Answer::Failed(error),
            },
            Err(error) if code(&error) == Some(1) => Answer::Fine,
            Err(error) => Answer::Failed(error),
        }
    }

    fn effect(error: &sqlx::Error) -> Effect {
        match error {
            sqlx::Error::Database(_) => Effect::Asks,
            sqlx::Error::WorkerCrashed | sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => Effect::Breaks,
            _ => Effect::None,
        }
    }

    fn cut(_: Progress, reads: bool) -> Cut {
        if reads { Cut::Harmless } else { Cut::Poisons }
    }

    async fn connect(url: &str) -> Result<Pool<Sqlite>, sqlx::Error> {
        let options = SqliteConnectOptions::from_str(url)?.foreign_keys(true).busy_timeout(BUSY_TIMEOUT);
        if url.contains(":memory:") || url.contains("mode=memory") {
            // Each connection would be a database of its own, which is gone when it is closed. Shared between connections, it would not
            // respect the busy timeout.
            let pool = PoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).test_before_acquire(false);
            return pool.connect_with(options.shared_cache(false)).await;
        }
        let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Normal);
        PoolOptions::new().test_before_acquire(false).connect_with(options).await
    }

    forward_statements!(Sqlite);
}

impl Settings {
    /// The busy timeout that the options ask for, as SQL. Until it passes, a worker that waits for the lock hears nothing, not even that its
    /// call was cancelled.
    async fn wait_at_most(&mut self, connection: &mut SqliteConnection, opening: &Opening) -> Result<String, sqlx::Error> {
        let Some(limit) = [opening.lock_timeout, opening.timeout].into_iter().flatten().min() else { return Ok(String::new()) };
        let row = Executor::fetch_one(connection, "PRAGMA busy_timeout").await?;
        let before: i64 = row.try_get(0)?;
        let limit = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX).min(i64::from(i32::MAX));
        if opening.lock_timeout.is_none() && before <= limit {
            return Ok(String::new());
        }
        self.restore = format!("PRAGMA busy_timeout = {before}; ");
        Ok(format!("PRAGMA busy_timeout = {limit}; "))
    }
}

/// Runs one of our own statements, after others that rarely are; alone, it comes with arguments, if none, so that sqlx caches it.
async fn run(connection: &mut SqliteConnection, before: &str, sql: SqlStr) -> Result<(), sqlx::Error> {
    if before.is_empty() {
        let cached = (sql, Some(SqliteArguments::default()));
        return Executor::fetch_optional(connection, cached).await.map(drop);
    }
    Settings::run(connection, AssertSqlSafe(format!("{before}{}", sql.as_str())).into_sql_str()).await
}

fn code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

pub(super) fn class(error: &SqliteError) -> Class {
    use sqlx::error::DatabaseError;

    let code = error.code().and_then(|code| code.parse::<i32>().ok());
    // The low byte is the primary result code.
    match code.map(|code| (code, code & 0xff)) {
        // SQLITE_BUSY, _RECOVERY, _SNAPSHOT, _TIMEOUT; SQLITE_LOCKED and SQLITE_LOCKED_SHAREDCACHE
        Some((_, 5 | 6)) => Class::Busy,
        // SQLITE_INTERRUPT
        Some((_, 9)) => Class::Timeout,
        _ => Class::Other,
    }
}
