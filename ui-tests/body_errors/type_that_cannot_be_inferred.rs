//! A type cannot be inferred.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    let names = Vec::new();
    Ok(names.len() as i64)
}
