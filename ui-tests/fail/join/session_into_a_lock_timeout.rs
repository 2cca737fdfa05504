//! A session for a function with an option that only BEGIN can carry out.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(lock_timeout = "1s")]
async fn impatient(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    impatient(session).await
}

fn main() {}
