//! A weaker report joins a stronger one.

use sqlx::Sqlite;
use sqlx_transactional::{ReadCommitted, ReadOnly, RepeatableRead, Session, transactional};

#[transactional]
async fn inner(session: &mut Session<Sqlite, ReadOnly<RepeatableRead>>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite, ReadOnly<ReadCommitted>>) -> Result<(), sqlx::Error> {
    inner(session).await
}

fn main() {}
