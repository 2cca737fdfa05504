//! The error cannot hold a database error, in a function that may run again.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

#[retry_on_error]
#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), String> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

fn main() {}
