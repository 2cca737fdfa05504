//! Two branches have different types.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    let count = if session.attempt() > 1 { 1 } else { "one" };
    Ok(count)
}
