//! A tail that does not fit an `impl Trait`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<impl Iterator<Item = i64>, sqlx::Error> {
    Ok(1)
}
