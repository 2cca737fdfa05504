//! An `await` in a closure.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    let run = || sqlx::query("SELECT 1").execute(&mut *session).await;
    run();
    Ok(1)
}
