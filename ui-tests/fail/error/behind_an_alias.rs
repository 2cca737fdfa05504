//! The error type of an alias cannot be made from a database error.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

type Answer<T> = Result<T, std::fmt::Error>;

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Answer<()> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

fn main() {}
