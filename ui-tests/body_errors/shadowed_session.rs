//! The session is shadowed by something else.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    let session = 1;
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(session)
}
