//! The function returns an `Option`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn find(session: &mut Session<Sqlite>) -> Option<i64> {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await.ok()
}

fn main() {}
