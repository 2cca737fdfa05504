//! Two mutable borrows of the session.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    let (first, second) = (&mut *session, &mut *session);
    sqlx::query("SELECT 1").execute(first).await?;
    sqlx::query("SELECT 1").execute(second).await?;
    Ok(1)
}
