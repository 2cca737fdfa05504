//! A session is handed on as `&mut session`, which is a reference to the reference.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    joined(&mut session).await
}

fn main() {}
