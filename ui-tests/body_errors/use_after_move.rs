//! A value is used after it was moved.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
    drop(name);
    Ok(name.len() as i64)
}
