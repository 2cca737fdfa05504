//! Nothing is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut *session).await?;
}
