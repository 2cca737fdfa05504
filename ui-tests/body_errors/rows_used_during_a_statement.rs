//! A row stream is held across a statement.

use futures_util::TryStreamExt as _;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    let mut rows = sqlx::query("SELECT 1").fetch(&mut *session);
    sqlx::query("SELECT 2").execute(&mut *session).await?;
    rows.try_next().await?;
    Ok(1)
}
