//! What is returned lives as long as one of two arguments, which the signature does not tell.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>, first: &str, _second: &str) -> Result<&str, sqlx::Error> {
    Ok(first)
}
