//! The argument is a pool: callers pass it, but the function takes a session.

use sqlx::SqlitePool;
use sqlx_transactional::transactional;

#[transactional]
async fn transfer(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(pool).await?;
    Ok(())
}

fn main() {}
