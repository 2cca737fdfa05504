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
    Connection, Describe, Execute, Executor, Pool, SqlStr, Sqlite, SqliteConnection,
    pool::PoolOptions,
    sqlite::{SqliteArguments, SqliteConnectOptions, SqliteError, SqliteJournalMode, SqliteSynchronous},
};

use super::{Driver, Opening, Statement, Step, forward_statements, sealed::Sealed};
use crate::{
    class::Class,
    health::{Answer, Cut, Effect, Progress},
    sql::Dialect,
};

/// Instructions of `SQLite`'s virtual machine between two looks at the flag: some microseconds.
const LOOK_EVERY: i32 = 1000;
/// As long as sqlx waits by default.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What is set on the connection for as long as the transaction lasts.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Backend {
    /// Raised, it stops the statement that is running.
    stop: Arc<AtomicBool>,
    /// Whether writes are refused.
    query_only: bool,
}

impl Sealed for Sqlite {}

impl Driver for Sqlite {
    type Backend = Backend;
    const REMOTE: bool = false;
    /// The worker stops between two statements of one text when nobody waits for it any more.
    const COMMIT_BY_ONE_POLL: bool = false;

    fn dialect(_: &SqliteConnection) -> Dialect {
        Dialect::Sqlite
    }

    /// IMMEDIATE where the transaction writes: one that reads first and writes later cannot wait for the lock, it fails at once (517).
    async fn begin(connection: &mut SqliteConnection, backend: &mut Backend, opening: &Opening) -> Result<(), sqlx::Error> {
        let stop = Arc::clone(&backend.stop);
        connection.lock_handle().await?.set_progress_handler(LOOK_EVERY, move || !stop.load(Ordering::Relaxed));
        if opening.writes {
            return run(connection, "BEGIN IMMEDIATE").await;
        }
        backend.query_only = true;
        Self::run(connection, SqlStr::from_static("PRAGMA query_only = 1; BEGIN")).await
    }

    /// "cannot start a transaction within a transaction"; BEGIN has no other way to fail with this code.
    fn is_inherited(error: &sqlx::Error) -> bool {
        code(error) == Some(1)
    }

    async fn commit(connection: &mut SqliteConnection, backend: &Backend) -> Result<(), sqlx::Error> {
        if backend.query_only {
            return Self::run(connection, SqlStr::from_static("PRAGMA query_only = 0; COMMIT")).await;
        }
        run(connection, "COMMIT").await
    }

    fn is_definite(error: &sqlx::Error) -> bool {
        matches!(error, sqlx::Error::Database(_))
    }

    async fn roll_back(connection: &mut SqliteConnection, backend: &Backend, _: &Pool<Self>, running: bool) -> Result<(), sqlx::Error> {
        if running {
            backend.stop.store(true, Ordering::Relaxed);
            let over = connection.ping().await;
            backend.stop.store(false, Ordering::Relaxed);
            over?;
        }
        let rolled_back = if backend.query_only {
            Self::run(connection, SqlStr::from_static("PRAGMA query_only = 0; ROLLBACK")).await
        } else {
            run(connection, "ROLLBACK").await
        };
        match rolled_back {
            // No transaction is active: it had already rolled back by itself.
            Err(error) if code(&error) == Some(1) => Ok(()),
            answer => answer,
        }
    }

    /// A worker that has crashed runs nothing.
    async fn stop(_: &Backend, _: &Pool<Self>) {}

    /// `BEGIN` fails inside a transaction, so if it succeeds the one that we had is gone. The code of an error does not tell:
    /// `INSERT OR ROLLBACK` fails with the same as `INSERT OR ABORT`.
    async fn ask(connection: &mut SqliteConnection) -> Answer {
        match run(connection, "BEGIN").await {
            Ok(()) => match run(connection, "ROLLBACK").await {
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

    async fn connect(url: &str) -> Result<Pool<Self>, sqlx::Error> {
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

    forward_statements!();
}

/// Runs one of our own statements; with arguments, if none, so that sqlx caches it.
async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), sqlx::Error> {
    Executor::fetch_optional(connection, (SqlStr::from_static(sql), Some(SqliteArguments::default()))).await.map(drop)
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
