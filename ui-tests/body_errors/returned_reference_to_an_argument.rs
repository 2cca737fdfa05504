//! A reference to an argument that is dropped is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body<'a>(session: &mut Session<Sqlite>, name: String) -> Result<&'a str, sqlx::Error> {
    Ok(name.as_str())
}
