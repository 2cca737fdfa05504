//! What is returned lives as long as another argument.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body<'a, 'b>(session: &mut Session<Sqlite>, _first: &'a str, second: &'b str) -> Result<&'a str, sqlx::Error> {
    Ok(second)
}
