//! A mistake in an item inside of the body.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    struct Inner {
        name: Nowhere,
    }
    Ok(1)
}
