//! A function is called as if the session came by itself.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn outer() -> Result<(), sqlx::Error> {
    joined().await
}

fn main() {}
