//! A session at the default isolation level is handed to a function that needs SERIALIZABLE.

use sqlx::Sqlite;
use sqlx_transactional::{Serializable, Session, transactional};

#[transactional]
async fn inner(session: &mut Session<Sqlite, Serializable>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    inner(&mut *session).await
}

fn main() {}
