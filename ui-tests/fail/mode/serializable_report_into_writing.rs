//! A serializable session that only reads joins a function that may write.

use sqlx::Sqlite;
use sqlx_transactional::{ReadOnly, Serializable, Session, transactional};

#[transactional]
async fn inner(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite, ReadOnly<Serializable>>) -> Result<(), sqlx::Error> {
    inner(session).await
}

fn main() {}
