//! A savepoint cannot raise the isolation level.

use sqlx::Sqlite;
use sqlx_transactional::{Serializable, Session, transactional};

#[transactional(nested)]
async fn inner(session: &mut Session<Sqlite, Serializable>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    inner(session).await
}

fn main() {}
