//! The tail is a `Result` in a `Result`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    Ok(sqlx::query_scalar("SELECT 1").fetch_one(session).await)
}
