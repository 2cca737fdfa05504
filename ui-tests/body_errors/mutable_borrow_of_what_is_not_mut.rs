//! An argument is changed that is not `mut`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>, names: Vec<i64>) -> Result<i64, sqlx::Error> {
    names.push(1);
    Ok(1)
}
