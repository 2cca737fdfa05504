//! A session at the default isolation level is handed to a plain helper that needs SERIALIZABLE.

use sqlx::Sqlite;
use sqlx_transactional::{Serializable, Session, transactional};

async fn helper(session: &mut Session<Sqlite, Serializable>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    helper(session).await
}

fn main() {}
