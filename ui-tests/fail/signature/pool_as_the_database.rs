//! The database is a pool.

use sqlx::SqlitePool;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<SqlitePool>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
