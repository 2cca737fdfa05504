//! A writing session at the default isolation level is handed to a report that needs SERIALIZABLE.

use sqlx::Sqlite;
use sqlx_transactional::{ReadOnly, Serializable, Session, transactional};

#[transactional]
async fn inner(session: &mut Session<Sqlite, ReadOnly<Serializable>>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    inner(&mut *session).await
}

fn main() {}
