//! A tail that is not the trait object.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<Box<dyn std::fmt::Debug + Send>, sqlx::Error> {
    Ok(1)
}
