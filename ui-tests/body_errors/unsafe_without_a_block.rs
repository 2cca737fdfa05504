//! An unsafe function is called.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

/// # Safety
/// Nothing to see.
pub unsafe fn raw() {}

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    raw();
    Ok(1)
}
