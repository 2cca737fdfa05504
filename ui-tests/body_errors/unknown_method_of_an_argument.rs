//! A method of an argument that does not exist.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
    Ok(name.count())
}
