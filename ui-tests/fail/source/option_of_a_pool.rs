//! An optional pool is passed.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn caller(pool: Option<&SqlitePool>) -> Result<(), sqlx::Error> {
    transfer(pool).await
}

fn main() {}
