//! The result borrows from the session by elision.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<&str, sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok("one")
}

fn main() {}
