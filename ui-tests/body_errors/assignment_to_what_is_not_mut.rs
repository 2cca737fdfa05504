//! A variable is changed that is not `mut`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    let count = 1;
    count += 1;
    Ok(count)
}
