//! A helper without `#[transactional]` is called with a pool: it needs a session of its caller.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::Session;

async fn helper(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn outer(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    helper(pool).await
}

fn main() {}
