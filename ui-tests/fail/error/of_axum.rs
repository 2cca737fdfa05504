//! The error is what axum makes of every error that is a response.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> axum::response::Result<String> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(String::new())
}

fn main() {}
