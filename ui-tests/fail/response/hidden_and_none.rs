//! What is returned is no response.

use axum::response::IntoResponse;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

struct Count(i64);

#[transactional]
async fn count(session: &mut Session<Sqlite>) -> impl IntoResponse {
    let count = sqlx::query_scalar("SELECT 1").fetch_one(session).await;
    Count(count.unwrap_or_default())
}

fn main() {}
