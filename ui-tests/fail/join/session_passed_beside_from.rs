//! A session is passed to a function that makes its own.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional(from = pool)]
async fn logs(pool: &SqlitePool, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn transfer(session: &mut Session<Sqlite>, pool: &SqlitePool) -> Result<(), sqlx::Error> {
    logs(pool, session).await
}

fn main() {}
