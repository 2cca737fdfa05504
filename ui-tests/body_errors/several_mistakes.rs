//! Several mistakes in one body.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    let count: i64 = "one";
    let name = nowhere;
    session.count();
    let other: i64 = "1".parse()?;
    Ok(count + other)
}
