//! A `?` on an error that a generic one does not know.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body<E: From<sqlx::Error>>(session: &mut Session<Sqlite>) -> Result<i64, E> {
    let count: i64 = "1".parse()?;
    Ok(count)
}
