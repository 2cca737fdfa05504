//! `MySQL` and `MariaDB`: error numbers, and how a connection is cleaned.
//! Error numbers: <https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html>,
//! <https://mariadb.com/kb/en/mariadb-error-code-reference/>.
mod ledger;
mod position;
mod statements;

use std::{io, time::Duration};

use futures_core::{future::BoxFuture, stream::BoxStream};
use sqlx::{AssertSqlSafe, Describe, Execute, Executor, MySql, MySqlConnection, Pool, Row, SqlSafeStr, SqlStr, mysql::MySqlDatabaseError};
use tokio::time::timeout;

pub use self::ledger::MYSQL_LEDGER;
pub(super) use self::{
    ledger::{Entry, explain},
    position::{POSITION, begin_after, opened, position},
    statements::begin_again,
};
use super::{
    Backend, Driver, Opened, Opening, Release, Resolution, Statement, Step, asking::run_and_ask, elsewhere::run_elsewhere,
    forward_statements, sandbox, sealed::Sealed,
};
use crate::{
    class::Class,
    db::{About, Token},
    effect::{Answer, Cut, Effect, Progress},
    sql::Dialect,
};

/// A stream that was left early is read to its end before ROLLBACK; one that takes longer than this is stopped.
const GRACE: Duration = Duration::from_millis(50);

/// What an acknowledged BEGIN left behind: without one, the connection is out of step, or has settings that nobody would put back.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Thread(Option<Begun>);

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is what it says, alone")]
struct Begun {
    /// What KILL wants.
    thread: u64,
    /// Not while a BEGIN is on its way: nobody knows then what the connection is in.
    acknowledged: bool,
    sets_timeout: bool,
    sets_lock_timeout: bool,
    sandboxed: bool,
    /// The transaction's row in the ledger, where its COMMIT is to be resolved.
    entry: Option<Entry>,
}

impl Thread {
    pub(super) fn begun(thread: u64, entry: Option<Entry>, opening: &Opening) -> Self {
        Self(Some(Begun {
            thread,
            acknowledged: true,
            sets_timeout: opening.timeout.is_some(),
            sets_lock_timeout: opening.lock_timeout.is_some(),
            sandboxed: opening.sandboxed,
            entry,
        }))
    }

    /// The next BEGIN is about to be sent.
    pub(super) fn begins(&mut self) {
        if let Some(begun) = &mut self.0 {
            begun.acknowledged = false;
        }
    }

    /// It was acknowledged: the same thread, with the same settings, in another transaction.
    pub(super) fn has_begun(&mut self, entry: Option<Entry>) {
        if let Some(begun) = &mut self.0 {
            (begun.acknowledged, begun.entry) = (true, entry);
        }
    }

    fn is_sandboxed(&self) -> bool {
        self.0.as_ref().is_some_and(|begun| begun.sandboxed)
    }

    pub(super) fn entry(&self) -> Option<&Entry> {
        self.0.as_ref()?.entry.as_ref()
    }
}

impl Sealed for MySql {}

impl Driver for MySql {
    type Backend = Thread;
}

impl Backend<MySql> for Thread {
    fn is_remote(_: &MySqlConnection) -> bool {
        true
    }

    fn has_one_writer(_: &Pool<MySql>) -> bool {
        false
    }

    /// Dropped before its answer is here, it would leave the connection out of step.
    fn commits_by_one_poll(_: &MySqlConnection) -> bool {
        false
    }

    fn dialect(_: &MySqlConnection) -> Dialect {
        Dialect::MySql
    }

    async fn begin(&mut self, connection: &mut MySqlConnection, opening: &Opening, after: Option<&Token>) -> Result<Opened, sqlx::Error> {
        let rows = Executor::fetch_all(connection, begin_after(opening, after)).await.map_err(explain)?;
        let (Some(first), Some(row)) = (rows.first(), rows.last()) else { return Err(sqlx::Error::RowNotFound) };
        // Unchecked: the servers differ in the type of CONNECTION_ID().
        let thread = row.try_get_unchecked(0)?;
        let entry = if opening.resolvable { Some(Entry::new(row.try_get_unchecked(1)?)) } else { None };
        *self = Self::begun(thread, entry, opening);
        Ok(opened(after.is_some(), if after.is_some() { first.try_get_unchecked(first.len() - 1)? } else { None }))
    }

    async fn begin_again(&mut self, connection: &mut MySqlConnection, opening: &Opening) -> Result<(), sqlx::Error> {
        self.begins();
        let row = Executor::fetch_optional(connection, begin_again(opening)).await?;
        self.has_begun(row.map(|row| row.try_get_unchecked(0).map(Entry::new)).transpose()?);
        Ok(())
    }

    /// `ER_CANT_CHANGE_TX_CHARACTERISTICS`: SET TRANSACTION inside a transaction.
    fn is_inherited(error: &sqlx::Error) -> bool {
        number(error) == Some(1568)
    }

    async fn commit(&self, connection: &mut MySqlConnection, command: SqlStr) -> Result<(), sqlx::Error> {
        commit::<MySql>(connection, self, command).await
    }

    fn committed(&self, pool: &Pool<MySql>) {
        committed(self, pool);
    }

    async fn commit_and_tell(&self, connection: &mut MySqlConnection, command: SqlStr) -> Result<Option<Token>, sqlx::Error> {
        let row = commit_and_tell::<MySql>(connection, self, command).await?;
        Ok(row.and_then(|row| position(row.try_get_unchecked(0).ok()?, row.try_get_unchecked(row.len() - 1).ok()?).ok()))
    }

    async fn position(connection: &mut MySqlConnection) -> Result<Token, sqlx::Error> {
        let row = Executor::fetch_one(connection, SqlStr::from_static(POSITION)).await?;
        position(row.try_get_unchecked(0)?, row.try_get_unchecked(row.len() - 1)?)
    }

    async fn resolve(&self, pool: &Pool<MySql>) -> Result<Resolution, sqlx::Error> {
        resolve(self, pool).await
    }

    /// `ER_SP_DOES_NOT_EXIST`
    fn release_failed(error: &sqlx::Error) -> Option<Release> {
        (number(error) == Some(1305)).then_some(Release::Gone)
    }

    async fn roll_back(&self, connection: &mut MySqlConnection, pool: &Pool<MySql>, running: bool) -> Result<(), sqlx::Error> {
        roll_back(self, connection, pool, running).await
    }

    async fn stop(&self, pool: &Pool<MySql>) {
        stop(self, pool).await;
    }

    async fn disconnect(&self, pool: &Pool<MySql>) {
        stop(self, pool).await;
    }

    async fn ask(connection: &mut MySqlConnection) -> Answer {
        ask::<MySql>(connection).await
    }

    async fn about(connection: &mut MySqlConnection) -> Result<About, sqlx::Error> {
        let row = Executor::fetch_one(connection, ABOUT).await?;
        Ok(About { version: row.try_get(1)?, is_replica: row.try_get::<i64, _>(0)? != 0 })
    }

    fn effect(error: &sqlx::Error) -> Effect {
        match error {
            sqlx::Error::Database(_) if Class::of_sqlx(error) == Class::Connection => Effect::Breaks,
            sqlx::Error::Database(_) => match number(error) {
                // ER_LOCK_DEADLOCK, ER_LOCK_TABLE_FULL, ER_CHECKREAD, ER_TRANSACTION_ROLLBACK_DURING_COMMIT: the whole transaction is gone, and
                // the next statement would commit itself. https://dev.mysql.com/doc/refman/8.4/en/innodb-error-handling.html
                Some(1213 | 1206 | 1020 | 3101) => Effect::Ends,
                // ER_LOCK_WAIT_TIMEOUT: the statement alone, unless innodb_rollback_on_timeout is on. ER_SP_DOES_NOT_EXIST: an unknown
                // function, or a savepoint that something has taken away with its transaction.
                Some(1205 | 1305) => Effect::Asks,
                _ => Effect::None,
            },
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => Effect::Breaks,
            _ => Effect::None,
        }
    }

    /// sqlx loses count of the server's packets in a statement that is dropped while it waits for one, and behind a result, whose end it
    /// notes in the next poll only; after a row it has not.
    fn cut(_: Dialect, progress: Progress, reads: bool) -> Cut {
        match progress {
            Progress::Waiting | Progress::AfterResult => Cut::Breaks,
            Progress::AfterRow if reads => Cut::Asks,
            Progress::AfterRow => Cut::Poisons,
        }
    }

    forward_statements!(MySql);
}

/// COMMIT, after the transaction's row in the ledger, if it is to have one.
pub(super) async fn commit<DB: Driver>(connection: &mut DB::Connection, thread: &Thread, command: SqlStr) -> Result<(), sqlx::Error> {
    end::<DB>(connection, thread, after_entry(thread, &command)).await
}

/// The same, and the row that answers [`POSITION`].
pub(super) async fn commit_and_tell<DB: Driver>(
    connection: &mut DB::Connection,
    thread: &Thread,
    command: SqlStr,
) -> Result<Option<DB::Row>, sqlx::Error> {
    run_and_ask::<DB>(connection, &after_restoring(thread, after_entry(thread, &command))?, POSITION).await
}

/// `command`, after the transaction's row in the ledger; in a sandbox, what stands for it.
fn after_entry(thread: &Thread, command: &SqlStr) -> SqlStr {
    let command = thread.entry().map_or_else(|| command.clone(), |entry| entry.before(command));
    if thread.is_sandboxed() { sandbox::commit(&command, "") } else { command }
}

pub(super) fn committed<DB: Driver>(thread: &Thread, pool: &Pool<DB>) {
    if thread.entry().is_some() {
        ledger::prune(pool);
    }
}

pub(super) async fn resolve<DB: Driver>(thread: &Thread, pool: &Pool<DB>) -> Result<Resolution, sqlx::Error> {
    match thread.entry() {
        Some(entry) => entry.resolve(pool).await,
        None => Ok(Resolution::Lost),
    }
}

/// COMMIT or ROLLBACK.
pub(super) async fn end<DB: Driver>(connection: &mut DB::Connection, thread: &Thread, command: SqlStr) -> Result<(), sqlx::Error> {
    DB::Backend::run(connection, after_restoring(thread, command)?).await
}

/// `command`, after what BEGIN set is put back, so that an answer to the one is an answer to both.
fn after_restoring(thread: &Thread, command: SqlStr) -> Result<SqlStr, sqlx::Error> {
    // Out of step, or inside of a transaction that is not ours.
    let Some(begun) = thread.0.as_ref().filter(|begun| begun.acknowledged) else {
        return Err(sqlx::Error::Protocol("BEGIN was not acknowledged".into()));
    };
    let Begun { sets_timeout, sets_lock_timeout, .. } = *begun;
    if !sets_timeout && !sets_lock_timeout {
        return Ok(command);
    }
    Ok(statements::after_restoring(sets_timeout, sets_lock_timeout, &command))
}

pub(super) async fn roll_back<DB: Driver>(
    thread: &Thread,
    connection: &mut DB::Connection,
    pool: &Pool<DB>,
    running: bool,
) -> Result<(), sqlx::Error> {
    let rollback = end::<DB>(connection, thread, statements::rollback(thread.is_sandboxed()));
    if !running {
        return rollback.await;
    }
    if let Ok(answer) = timeout(GRACE, rollback).await {
        return answer;
    }
    stop(thread, pool).await;
    Err(sqlx::Error::Io(io::Error::new(
        io::ErrorKind::TimedOut,
        "the statement before ROLLBACK had to be killed, and its connection with it",
    )))
}

/// Kills the connection with what runs on it: closed by us it would run on, the server looks at the socket only when it has something to
/// say. The thread cannot be somebody else's, since its connection is still ours.
pub(super) async fn stop<DB: Driver>(thread: &Thread, pool: &Pool<DB>) {
    let Some(Begun { thread, .. }) = &thread.0 else { return };
    let killed = run_elsewhere(pool, AssertSqlSafe(format!("KILL {thread}")).into_sql_str()).await;
    // ER_NO_SUCH_THREAD: it had gone by itself.
    if let Err(error) = killed
        && number(&error) != Some(1094)
    {
        tracing::warn!(%error, thread, "could not stop a cancelled statement: its locks stay until it ends");
    }
}

/// SET TRANSACTION fails inside a transaction, so if it succeeds the one that we had is gone; the ROLLBACK that follows then takes back what
/// it set. A stream that was left early is read to its end first, and its error comes instead.
pub(super) async fn ask<DB: Driver>(connection: &mut DB::Connection) -> Answer {
    match DB::Backend::run(connection, SqlStr::from_static("SET TRANSACTION READ WRITE")).await {
        Ok(()) => Answer::Gone,
        Err(error) if Thread::is_inherited(&error) => Answer::Fine,
        Err(error) => Answer::Failed(error),
    }
}

/// Whom a server follows is for its administrators to see; that it takes no writes, for everybody.
pub(super) const ABOUT: SqlStr = SqlStr::from_static("SELECT CAST(@@GLOBAL.read_only AS SIGNED), CONVERT(VERSION() USING utf8mb4)");

fn number(error: &sqlx::Error) -> Option<u16> {
    error.as_database_error()?.try_downcast_ref().map(MySqlDatabaseError::number)
}

/// By number: SQLSTATEs do not tell, a lock timeout has the one for "anything".
pub(super) fn class(error: &MySqlDatabaseError) -> Class {
    match error.number() {
        // ER_LOCK_DEADLOCK; MySQL's ER_USER_LOCK_DEADLOCK, of GET_LOCK()
        1213 | 3058 => Class::Deadlock,
        // MariaDB's ER_CHECKREAD: with innodb_snapshot_isolation, a row has changed since the snapshot.
        // MySQL's ER_TRANSACTION_ROLLBACK_DURING_COMMIT: group replication found a conflict.
        1020 | 3101 => Class::Serialization,
        // ER_LOCK_WAIT_TIMEOUT; MySQL's ER_LOCK_NOWAIT
        1205 | 3572 => Class::LockTimeout,
        // ER_QUERY_INTERRUPTED, by hand; MariaDB's ER_STATEMENT_TIMEOUT; MySQL's ER_QUERY_TIMEOUT
        1317 | 1969 | 3024 => Class::Timeout,
        // ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS; ER_UNKNOWN_COM_ERROR: a Galera node that takes no statements
        1040 | 1203 | 1047
        // ER_SERVER_SHUTDOWN, ER_NORMAL_SHUTDOWN, ER_SHUTDOWN_COMPLETE, ER_FORCING_CLOSE
        | 1053 | 1077 | 1079 | 1080
        // ER_ABORTING_CONNECTION, ER_NEW_ABORTING_CONNECTION, ER_NET_PACKETS_OUT_OF_ORDER to ER_NET_WRITE_INTERRUPTED
        | 1152 | 1184 | 1156..=1161
        // MariaDB's ER_CONNECTION_KILLED; MySQL's ER_SESSION_WAS_KILLED and ER_CLIENT_INTERACTION_TIMEOUT
        | 1927 | 3169 | 4031 => Class::Connection,
        _ => Class::Other,
    }
}
