//! `commit_on` where there is no error.

use axum::response::IntoResponse;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(commit_on(_))]
async fn greet(session: &mut Session<Sqlite>) -> impl IntoResponse {
    sqlx::query("SELECT 1").execute(session).await.ok();
    "hello"
}

fn main() {}
