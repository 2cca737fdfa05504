//! A function that always begins its own transaction is called with a session.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(requires_new)]
async fn audit(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    audit(&mut *session).await
}

fn main() {}
