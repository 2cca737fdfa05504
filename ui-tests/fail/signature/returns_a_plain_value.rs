//! The function returns a value that is no `Result`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn count(session: &mut Session<Sqlite>) -> i64 {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await.unwrap_or(0)
}

fn main() {}
