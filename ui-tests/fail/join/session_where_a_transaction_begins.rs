//! A session is handed to a function that always begins a transaction.

use sqlx::{Postgres, Sqlite};
use sqlx_transactional::{Session, transactional};

// case: A session is passed to a function with `requires_new`.
#[transactional(requires_new)]
async fn audit(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn session_into_requires_new(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    audit(&mut *session).await
}

// case: A session is passed to a function with `lock_timeout`.
#[transactional(lock_timeout = "1s")]
async fn impatient(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn session_into_a_lock_timeout(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    impatient(session).await
}

// case: A session is passed to a function with `durability`.
#[transactional(durability = relaxed)]
async fn logs(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn session_into_another_begin(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    logs(session).await
}

fn main() {}
