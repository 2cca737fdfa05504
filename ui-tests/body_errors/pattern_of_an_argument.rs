//! A pattern of an argument binds what has another type.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>, (left, right): (i64, i64)) -> Result<i64, sqlx::Error> {
    let name: String = left;
    Ok(name.len() as i64 + right)
}
