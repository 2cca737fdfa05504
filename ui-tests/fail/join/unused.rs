//! What a joined call returns is not used.
#![deny(unused_must_use)]

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A joined call is not awaited: it would do nothing.
#[transactional]
async fn not_awaited(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    joined(session);
    Ok(())
}

// case: The result of a joined call is dropped: its failure would be swallowed.
#[transactional]
async fn result_dropped(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    joined(session).await;
    Ok(())
}

fn main() {}
