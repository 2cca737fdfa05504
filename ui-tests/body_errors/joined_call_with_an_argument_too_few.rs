//! A joined call is given an argument too few.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn joined(session: &mut Session<Sqlite>, count: i64) -> Result<i64, sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(count)
}

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    joined(&mut *session).await
}
