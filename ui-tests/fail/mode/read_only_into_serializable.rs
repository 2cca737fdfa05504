//! A read-only session, though SERIALIZABLE, is handed to a function that writes.

use sqlx::Sqlite;
use sqlx_transactional::{ReadOnly, Serializable, Session, transactional};

#[transactional]
async fn inner(session: &mut Session<Sqlite, Serializable>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite, ReadOnly<Serializable>>) -> Result<(), sqlx::Error> {
    inner(&mut *session).await
}

fn main() {}
