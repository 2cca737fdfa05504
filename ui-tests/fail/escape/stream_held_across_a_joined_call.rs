//! A row stream is still held when a joined call runs.

use futures_util::TryStreamExt as _;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query("SELECT 1").fetch(&mut *session);
    while rows.try_next().await?.is_some() {
        joined(&mut *session).await?;
    }
    Ok(())
}

fn main() {}
