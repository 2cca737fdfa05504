//! The error is nothing.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), ()> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

fn main() {}
