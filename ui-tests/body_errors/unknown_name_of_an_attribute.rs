//! A name that the expansion has, too.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    drop(run);
    drop(outcome);
    drop(exit);
    drop(edge);
    Ok(1)
}
