//! A function with two sessions is used.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>, other: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    sqlx::query("SELECT 1").execute(other).await?;
    Ok(())
}

async fn caller(pool: &SqlitePool, other: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    transfer(pool, other).await
}

fn main() {}
