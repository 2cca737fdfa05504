//! A hook captures what may be gone when it runs, after the commit or the rollback.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: `after_commit` captures the session.
#[transactional]
async fn captured_by_after_commit(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.after_commit(async move {
        sqlx::query("SELECT 1").execute(&mut *session).await.ok();
    });
    Ok(())
}

// case: `after_rollback` captures the session.
#[transactional]
async fn captured_by_after_rollback(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.after_rollback(async move {
        println!("{session:?}");
    });
    Ok(())
}

// case: `after_commit` captures the session for a joined call.
#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn joined_in_after_commit(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.after_commit(async move {
        joined(session).await.ok();
    });
    Ok(())
}

// case: `after_commit` captures the connection.
#[transactional]
async fn connection_in_a_hook(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let connection = session.connection().await?;
    session.after_commit(async move {
        sqlx::query("SELECT 1").execute(connection).await.ok();
    });
    Ok(())
}

// case: `after_commit` captures a borrowed argument.
#[transactional]
async fn borrowed_by_a_hook(session: &mut Session<Sqlite>, name: &str) -> Result<(), sqlx::Error> {
    session.after_commit(async move {
        println!("{name}");
    });
    Ok(())
}

fn main() {}
