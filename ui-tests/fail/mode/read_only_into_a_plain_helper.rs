//! A read-only session is handed to a plain helper that may write.

use sqlx::Sqlite;
use sqlx_transactional::{ReadOnly, Session, transactional};

async fn inner(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite, ReadOnly>) -> Result<(), sqlx::Error> {
    inner(session).await
}

fn main() {}
