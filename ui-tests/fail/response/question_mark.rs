//! `?` in a function that returns a response.

use axum::response::{IntoResponse, Response};
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn greet(session: &mut Session<Sqlite>) -> Response {
    sqlx::query("SELECT 1").execute(session).await?;
    "hello".into_response()
}

fn main() {}
