//! A session at READ COMMITTED is handed to a function that needs REPEATABLE READ.

use sqlx::Sqlite;
use sqlx_transactional::{ReadCommitted, RepeatableRead, Session, transactional};

#[transactional]
async fn inner(session: &mut Session<Sqlite, RepeatableRead>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite, ReadCommitted>) -> Result<(), sqlx::Error> {
    inner(&mut *session).await
}

fn main() {}
