//! A `?` in a function inside of the body.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    fn inner() {
        "1".parse::<i64>()?;
    }
    inner();
    Ok(session.attempt().into())
}
