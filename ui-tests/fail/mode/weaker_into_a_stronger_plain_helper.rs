//! A session is handed to a plain helper that needs a stronger one.

use sqlx::Sqlite;
use sqlx_transactional::{ReadCommitted, RepeatableRead, Session, transactional};

async fn inner(session: &mut Session<Sqlite, RepeatableRead>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite, ReadCommitted>) -> Result<(), sqlx::Error> {
    inner(session).await
}

fn main() {}
