//! A `?` in a closure that returns nothing.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    let check = || {
        "1".parse::<i64>()?;
    };
    check();
    Ok(session.attempt().into())
}
