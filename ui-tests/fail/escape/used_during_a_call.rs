//! A session is used while a call, a statement or a stream is not finished.

use futures_util::TryStreamExt as _;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A statement runs while a joined call is not finished.
#[transactional]
async fn used_during_a_joined_call(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let running = joined(&mut *session);
    sqlx::query("SELECT 2").execute(&mut *session).await?;
    running.await
}

// case: A method of the session is called while a joined call is not awaited.
#[transactional]
async fn statement_after_it_was_joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let call = joined(&mut *session);
    session.set_rollback_only();
    call.await?;
    Ok(())
}

// case: A statement runs while the rows of another one are read.
#[transactional]
async fn used_during_a_stream(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query("SELECT 1").fetch(&mut *session);
    while rows.try_next().await?.is_some() {
        sqlx::query("SELECT 2").execute(&mut *session).await?;
    }
    Ok(())
}

// case: A row stream is still held when the next statement runs.
#[transactional]
async fn stream_held_across_a_statement(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query("SELECT 1").fetch(&mut *session);
    let first = rows.try_next().await?;
    sqlx::query("SELECT 2").execute(&mut *session).await?;
    let second = rows.try_next().await?;
    drop((first, second));
    Ok(())
}

// case: A row stream is still held when a joined call runs.
#[transactional]
async fn stream_held_across_a_joined_call(
    session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query("SELECT 1").fetch(&mut *session);
    while rows.try_next().await?.is_some() {
        joined(&mut *session).await?;
    }
    Ok(())
}

// case: A row stream is carried from one round of a loop to the next.
#[transactional]
async fn stream_carried_over_a_loop(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let mut rows = None;
    for _ in 0..3 {
        rows = Some(sqlx::query("SELECT 1").fetch(&mut *session));
    }
    drop(rows);
    Ok(())
}

fn main() {}
