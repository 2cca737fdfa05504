//! A statement while a joined call is still running.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn outer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let running = joined(&mut *session);
    sqlx::query("SELECT 2").execute(&mut *session).await?;
    running.await
}

fn main() {}
