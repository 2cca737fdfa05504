//! A pool of SQLite is passed to a function on PostgreSQL.

use sqlx::{Postgres, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn caller(source: SqlitePool) -> Result<(), sqlx::Error> {
    transfer(&source).await
}

fn main() {}
