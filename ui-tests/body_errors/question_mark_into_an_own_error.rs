//! A `?` on an error that the own error type does not know.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[derive(Debug)]
pub struct Failed;

impl From<sqlx::Error> for Failed {
    fn from(_: sqlx::Error) -> Self {
        Self
    }
}

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, Failed> {
    let count: i64 = "1".parse()?;
    Ok(count)
}
