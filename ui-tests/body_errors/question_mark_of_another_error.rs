//! A `?` on an error that has no way into the one that is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    let count: i64 = "1".parse()?;
    Ok(count)
}
