//! A function is called with an argument of another type.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

const fn add(first: i64) -> i64 {
    first + 1
}

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    Ok(add("one"))
}
