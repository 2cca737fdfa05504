//! A session of SQLite is handed to a function that wants one of PostgreSQL.

use sqlx::{Postgres, Sqlite};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn joined(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    joined(&mut *session).await
}

fn main() {}
