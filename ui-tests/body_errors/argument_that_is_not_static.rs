//! An argument is moved into a task.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>, name: &str) -> Result<i64, sqlx::Error> {
    tokio::spawn(async move { println!("{name}") });
    Ok(1)
}
