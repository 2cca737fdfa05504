//! A joined call returns something else.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn joined(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(1)
}

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    let done: () = joined(&mut *session).await?;
    Ok(done)
}
