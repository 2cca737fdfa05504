//! `SQLite`: SQL, result codes (<https://www.sqlite.org/rescode.html>), and the flag that stops a
//! statement from outside.
pub(crate) mod opening;
pub(crate) mod testing;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_core::{future::BoxFuture, stream::BoxStream};
use sqlx::{
    AssertSqlSafe, Connection, Describe, Execute, Executor, Pool, Row, SqlSafeStr, SqlStr, Sqlite,
    SqliteConnection,
    pool::PoolOptions,
    sqlite::{SqliteConnectOptions, SqliteError},
};

pub(crate) use crate::driver::sqlite::opening::{explain, needs_wal};
use crate::{
    driver::{
        Backend, Driver, Step,
        begin::{Opened, Opening, Release, Resolution},
        effect::{Answer, Cut, Effect, Progress},
        forward_statements,
        layout::Layout,
        position::Token,
        sealed::Sealed,
        server::About,
        statement::Statement,
        testing::sandbox as sandboxed,
    },
    error::class::Class,
    sql::Dialect,
};

/// Instructions of `SQLite`'s virtual machine between two looks at the flag: some microseconds.
const LOOK_EVERY: i32 = 1000;
/// How long a statement waits for the lock, in milliseconds.
pub(crate) const BUSY_TIMEOUT_NOW: SqlStr = SqlStr::from_static("PRAGMA busy_timeout");
const BEGIN: SqlStr = SqlStr::from_static("BEGIN");
const ROLLBACK: SqlStr = SqlStr::from_static("ROLLBACK");
pub(crate) const JOURNAL_MODE_NOW: SqlStr = SqlStr::from_static("PRAGMA journal_mode");

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
    sandboxed: bool,
    writes: bool,
}

impl Backend<Sqlite> for Settings {
    fn is_remote(_: &SqliteConnection) -> bool {
        false
    }

    fn has_one_writer(_: &Pool<Sqlite>) -> bool {
        true
    }

    /// The worker stops between two statements of one text when nobody waits for it any more.
    fn commits_by_one_poll(_: &SqliteConnection) -> bool {
        false
    }

    fn dialect(_: &SqliteConnection) -> Dialect {
        Dialect::Sqlite
    }

    /// Every connection to a file sees every commit.
    async fn begin(
        &mut self,
        connection: &mut SqliteConnection,
        opening: &Opening,
        _: Option<&Token>,
    ) -> Result<Opened, sqlx::Error> {
        let stop = Arc::clone(&self.stop);
        connection
            .lock_handle()
            .await?
            .set_progress_handler(LOOK_EVERY, move || !stop.load(Ordering::Relaxed));
        let waits = if longest_wait(opening).is_some() {
            Executor::fetch_one(&mut *connection, BUSY_TIMEOUT_NOW)
                .await?
                .try_get(0)?
        } else {
            0
        };
        self.open::<Sqlite>(connection, opening, waits).await?;
        Ok(Opened::Ready)
    }

    /// Nothing here is a conflict between two that both have begun to write: there is one writer.
    async fn begin_again(
        &mut self,
        connection: &mut SqliteConnection,
        opening: &Opening,
    ) -> Result<(), sqlx::Error> {
        self.abandon::<Sqlite>(connection).await?;
        self.begin(connection, opening, None).await.map(drop)
    }

    /// "cannot start a transaction within a transaction"; BEGIN has no other way to fail with this
    /// code.
    fn is_inherited(error: &sqlx::Error) -> bool {
        code(error) == Some(1)
    }

    async fn commit(
        &self,
        connection: &mut SqliteConnection,
        command: SqlStr,
    ) -> Result<(), sqlx::Error> {
        self.commit_by::<Sqlite>(connection, command).await
    }

    async fn commit_and_tell(
        &self,
        connection: &mut SqliteConnection,
        command: SqlStr,
    ) -> Result<Option<Token>, sqlx::Error> {
        self.commit(connection, command).await?;
        Ok(Some(Token::local()))
    }

    async fn position(_: &mut SqliteConnection) -> Result<Token, sqlx::Error> {
        Ok(Token::local())
    }

    /// COMMIT is a call of a function here, and its answer is always heard.
    async fn resolve(&self, _: &Pool<Sqlite>) -> Result<Resolution, sqlx::Error> {
        Ok(Resolution::Lost)
    }

    /// "no such savepoint"
    fn release_failed(error: &sqlx::Error) -> Option<Release> {
        (code(error) == Some(1)).then_some(Release::Gone)
    }

    async fn roll_back(
        &self,
        connection: &mut SqliteConnection,
        _: &Pool<Sqlite>,
        running: bool,
    ) -> Result<(), sqlx::Error> {
        if running {
            self.stop.store(true, Ordering::Relaxed);
            let over = connection.ping().await;
            self.stop.store(false, Ordering::Relaxed);
            over?;
        }
        self.abandon::<Sqlite>(connection).await
    }

    /// A worker that has crashed runs nothing.
    async fn stop(&self, _: &Pool<Sqlite>) {}

    async fn disconnect(&self, _: &Pool<Sqlite>) {}

    async fn ask(connection: &mut SqliteConnection) -> Answer {
        ask::<Sqlite>(connection).await
    }

    async fn about(connection: &mut SqliteConnection) -> Result<About, sqlx::Error> {
        let row = Executor::fetch_one(connection, ABOUT).await?;
        Ok(About {
            version: row.try_get(0)?,
            is_replica: false,
        })
    }

    fn effect(error: &sqlx::Error) -> Effect {
        match error {
            sqlx::Error::Database(_) => Effect::Asks,
            sqlx::Error::WorkerCrashed | sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => {
                Effect::Breaks
            }
            _ => Effect::None,
        }
    }

    fn cut(_: Dialect, _: Progress, reads: bool) -> Cut {
        if reads { Cut::Harmless } else { Cut::Poisons }
    }

    /// <https://www.sqlite.org/c3ref/interrupt.html>
    fn rolls_back_what_is_stopped() -> bool {
        true
    }

    fn pool(options: &SqliteConnectOptions) -> PoolOptions<Sqlite> {
        opening::Place::of(options).pool()
    }

    fn layout(options: SqliteConnectOptions, pool: PoolOptions<Sqlite>) -> Layout<Sqlite> {
        opening::layout(options, pool)
    }

    async fn inspect(
        connection: &mut SqliteConnection,
        layout: &Layout<Sqlite>,
    ) -> Result<(), sqlx::Error> {
        if layout.readers.is_none() {
            return Ok(());
        }
        needs_wal(
            Executor::fetch_one(connection, JOURNAL_MODE_NOW)
                .await?
                .try_get(0)?,
            &layout.writer.0,
        )
    }

    fn explain(error: sqlx::Error, options: &SqliteConnectOptions) -> sqlx::Error {
        explain(error, options)
    }

    forward_statements!(Sqlite);
}

impl Settings {
    /// Begins, where a statement waits for `busy_timeout` milliseconds now. IMMEDIATE where the
    /// transaction writes: one that reads first and writes later cannot wait for the lock, it fails
    /// at once (517).
    pub(crate) async fn open<DB: Driver>(
        &mut self,
        connection: &mut DB::Connection,
        opening: &Opening,
        busy_timeout: i64,
    ) -> Result<(), sqlx::Error> {
        let mut set = self.wait_at_most(opening, busy_timeout);
        if !opening.writes {
            self.restore.push_str("PRAGMA query_only = 0; ");
            set.push_str("PRAGMA query_only = 1; ");
        }
        (self.sandboxed, self.writes) = (opening.sandboxed, opening.writes);
        if opening.sandboxed && matches!(ask::<DB>(connection).await, Answer::Gone) {
            return Err(sqlx::Error::Protocol(
                "the sandbox's transaction was rolled back as a whole".into(),
            ));
        }
        let begin = match (opening.sandboxed, opening.writes) {
            (true, _) => sandboxed::BEGIN,
            (false, true) => "BEGIN IMMEDIATE",
            (false, false) => "BEGIN",
        };
        run::<DB>(connection, &set, SqlStr::from_static(begin)).await
    }

    pub(crate) async fn commit_by<DB: Driver>(
        &self,
        connection: &mut DB::Connection,
        command: SqlStr,
    ) -> Result<(), sqlx::Error> {
        let command = match (self.sandboxed, self.writes) {
            (true, writes) => sandboxed::commit(
                &command,
                if writes {
                    testing::sandbox::CHECK_DEFERRED_KEYS
                } else {
                    ""
                },
            ),
            (false, _) => command,
        };
        self.end::<DB>(connection, command).await
    }

    /// The busy timeout that the options ask for, as SQL. Until it passes, a worker that waits for
    /// the lock hears nothing, not even that its call was cancelled.
    fn wait_at_most(&mut self, opening: &Opening, before: i64) -> String {
        let Some(limit) = longest_wait(opening) else {
            return String::new();
        };
        let limit = i64::try_from(limit.as_millis())
            .unwrap_or(i64::MAX)
            .min(i64::from(i32::MAX));
        if opening.lock_timeout.is_none() && before <= limit {
            return String::new();
        }
        self.restore = format!("PRAGMA busy_timeout = {before}; ");
        format!("PRAGMA busy_timeout = {limit}; ")
    }

    pub(crate) async fn end<DB: Driver>(
        &self,
        connection: &mut DB::Connection,
        command: SqlStr,
    ) -> Result<(), sqlx::Error> {
        run::<DB>(connection, &self.restore, command).await
    }

    /// Rolls back, after the statement that runs.
    pub(crate) async fn abandon<DB: Driver>(
        &self,
        connection: &mut DB::Connection,
    ) -> Result<(), sqlx::Error> {
        let rollback = if self.sandboxed {
            sandboxed::ROLLBACK
        } else {
            ROLLBACK
        };
        match self.end::<DB>(connection, rollback).await {
            // No transaction is active: it had already rolled back by itself, or never begun.
            Err(error) if code(&error) == Some(1) => Ok(()),
            answer => answer,
        }
    }
}

/// How long a statement may wait for the lock, if the options say.
pub(crate) fn longest_wait(opening: &Opening) -> Option<Duration> {
    [opening.lock_timeout, opening.timeout]
        .into_iter()
        .flatten()
        .min()
}

/// `BEGIN` fails inside a transaction, so if it succeeds the one that we had is gone. The code of
/// an error does not tell: `INSERT OR ROLLBACK` fails with the same as `INSERT OR ABORT`.
pub(crate) async fn ask<DB: Driver>(connection: &mut DB::Connection) -> Answer {
    match run::<DB>(connection, "", BEGIN).await {
        Ok(()) => match run::<DB>(connection, "", ROLLBACK).await {
            Ok(()) => Answer::Gone,
            Err(error) => Answer::Failed(error),
        },
        Err(error) if code(&error) == Some(1) => Answer::Fine,
        Err(error) => Answer::Failed(error),
    }
}

/// Runs one of our own statements, after others that rarely are; alone, it comes with arguments, if
/// none, so that sqlx caches it. Several in one text must not: `fetch_optional` may leave all but
/// the first of them out.
async fn run<DB: Driver>(
    connection: &mut DB::Connection,
    before: &str,
    sql: SqlStr,
) -> Result<(), sqlx::Error> {
    if before.is_empty() && !sql.as_str().contains(';') {
        return DB::Backend::fetch_optional(connection, Statement::cached(sql))
            .await
            .map(drop);
    }
    DB::Backend::run(
        connection,
        AssertSqlSafe(format!("{before}{}", sql.as_str())).into_sql_str(),
    )
    .await
}

pub(crate) const ABOUT: SqlStr = SqlStr::from_static("SELECT sqlite_version()");

fn code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

pub(crate) fn class(error: &SqliteError) -> Class {
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
