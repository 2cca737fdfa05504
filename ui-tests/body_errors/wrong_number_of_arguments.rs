//! A function is called with too many arguments.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

const fn add(first: i64, second: i64) -> i64 {
    first + second
}

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    Ok(add(1, 2, 3))
}
