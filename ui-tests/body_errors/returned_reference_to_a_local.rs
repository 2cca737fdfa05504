//! A reference to a local is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<&'static str, sqlx::Error> {
    let name = String::from("one");
    Ok(&name)
}
