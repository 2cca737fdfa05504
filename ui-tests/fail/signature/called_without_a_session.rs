//! A function without a session is used.

use sqlx::SqlitePool;
use sqlx_transactional::transactional;

#[transactional]
async fn transfer(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(pool).await?;
    Ok(())
}

async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    transfer(pool).await
}

fn main() {}
