//! COMMIT and ROLLBACK with what goes with them, and how a connection in trouble is cleaned.
use std::{io, time::Duration};

use sqlx::{AssertSqlSafe, Pool, SqlSafeStr, SqlStr};
use tokio::time::timeout;

use crate::{
    driver::{
        Backend, Driver,
        begin::Resolution,
        effect::Answer,
        mysql::{Begun, Thread, ledger, number, position::POSITION, statements},
        question::run_and_ask,
        testing::{sandbox as sandboxed, sandbox::Interruption},
    },
    transaction::other_connection::run_elsewhere,
};

/// A stream that was left early is read to its end before ROLLBACK; one that takes longer than this
/// is stopped.
const GRACE: Duration = Duration::from_millis(50);

/// COMMIT, after the transaction's row in the ledger, if it is to have one.
pub(crate) async fn commit<DB: Driver>(
    connection: &mut DB::Connection,
    thread: &Thread,
    command: SqlStr,
) -> Result<(), sqlx::Error> {
    end::<DB>(connection, thread, after_entry(thread, &command)).await
}

/// The same, and the row that answers [`POSITION`].
pub(crate) async fn commit_and_tell<DB: Driver>(
    connection: &mut DB::Connection,
    thread: &Thread,
    command: SqlStr,
) -> Result<Option<DB::Row>, sqlx::Error> {
    run_and_ask::<DB>(
        connection,
        &after_restoring(thread, after_entry(thread, &command))?,
        POSITION,
    )
    .await
}

/// `command`, after the transaction's row in the ledger; in a sandbox, what stands for it.
fn after_entry(thread: &Thread, command: &SqlStr) -> SqlStr {
    let command = thread
        .entry()
        .map_or_else(|| command.clone(), |entry| entry.before(command));
    if thread.is_sandboxed() {
        sandboxed::commit(&command, "")
    } else {
        command
    }
}

pub(crate) fn committed<DB: Driver>(thread: &Thread, pool: &Pool<DB>) {
    if thread.entry().is_some() {
        ledger::prune(pool);
    }
}

pub(crate) async fn resolve<DB: Driver>(
    thread: &Thread,
    pool: &Pool<DB>,
) -> Result<Resolution, sqlx::Error> {
    match thread.entry() {
        Some(entry) => entry.resolve(pool).await,
        None => Ok(Resolution::Lost),
    }
}

/// COMMIT or ROLLBACK.
pub(crate) async fn end<DB: Driver>(
    connection: &mut DB::Connection,
    thread: &Thread,
    command: SqlStr,
) -> Result<(), sqlx::Error> {
    DB::Backend::run(connection, after_restoring(thread, command)?).await
}

/// `command`, after what BEGIN set is put back, so that an answer to the one is an answer to both.
fn after_restoring(thread: &Thread, command: SqlStr) -> Result<SqlStr, sqlx::Error> {
    // Out of step, or inside of a transaction that is not ours.
    let Some(begun) = thread.0.as_ref().filter(|begun| begun.acknowledged) else {
        return Err(sqlx::Error::Protocol("BEGIN was not acknowledged".into()));
    };
    let Begun {
        sets_timeout,
        sets_lock_timeout,
        ..
    } = *begun;
    if !sets_timeout && !sets_lock_timeout {
        return Ok(command);
    }
    Ok(statements::after_restoring(
        sets_timeout,
        sets_lock_timeout,
        &command,
    ))
}

pub(crate) async fn roll_back<DB: Driver>(
    thread: &Thread,
    connection: &mut DB::Connection,
    pool: &Pool<DB>,
    running: bool,
) -> Result<(), sqlx::Error> {
    let rollback = end::<DB>(
        connection,
        thread,
        statements::rollback(thread.is_sandboxed()),
    );
    // A sandbox would be over with its connection.
    if !running || thread.is_sandboxed() {
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

/// Kills the connection with what runs on it: closed by us it would run on, the server looks at the
/// socket only when it has something to say. The thread cannot be somebody else's, since its
/// connection is still ours.
pub(crate) async fn stop<DB: Driver>(thread: &Thread, pool: &Pool<DB>) {
    let Some(Begun { thread, .. }) = &thread.0 else {
        return;
    };
    let killed = run_elsewhere(pool, AssertSqlSafe(format!("KILL {thread}")).into_sql_str()).await;
    // ER_NO_SUCH_THREAD: it had gone by itself.
    if let Err(error) = killed
        && number(&error) != Some(1094)
    {
        tracing::warn!(%error, thread, "could not stop a cancelled statement: its locks stay until it ends");
    }
}

/// Leaves the connection as it is. The server forgets an interruption at the end of the statement
/// that it finds: the next one, if it comes late.
pub(crate) fn interruption(thread: &Thread) -> Option<Interruption> {
    let Begun { thread, .. } = thread.0.as_ref()?;
    Some(Interruption {
        stop: AssertSqlSafe(format!("KILL QUERY {thread}")).into_sql_str(),
        absorb: SqlStr::from_static("DO 0"),
    })
}

/// SET TRANSACTION fails inside a transaction, so if it succeeds the one that we had is gone; the
/// ROLLBACK that follows then takes back what it set. A stream that was left early is read to its
/// end first, and its error comes instead.
pub(crate) async fn ask<DB: Driver>(connection: &mut DB::Connection) -> Answer {
    match DB::Backend::run(
        connection,
        SqlStr::from_static("SET TRANSACTION READ WRITE"),
    )
    .await
    {
        Ok(()) => Answer::Gone,
        Err(error) if Thread::is_inherited(&error) => Answer::Fine,
        Err(error) => Answer::Failed(error),
    }
}
