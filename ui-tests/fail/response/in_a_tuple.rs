//! What axum makes a response of, but is none yet.

use axum::http::StatusCode;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn greet(session: &mut Session<Sqlite>) -> (StatusCode, &'static str) {
    sqlx::query("SELECT 1").execute(session).await.ok();
    (StatusCode::OK, "hello")
}

fn main() {}
