//! A `?` in the middle of an expression.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    Ok(i64::from("1".parse::<i32>()?) + 1)
}
