//! What is returned is no response, or `?` is used where one is returned.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: What is returned is no response.
struct Count(i64);

#[transactional]
async fn hidden_and_none(session: &mut Session<Sqlite>) -> impl IntoResponse {
    let count = sqlx::query_scalar("SELECT 1").fetch_one(session).await;
    Count(count.unwrap_or_default())
}

// case: What axum makes a response of, but is none yet.
#[transactional]
async fn in_a_tuple(session: &mut Session<Sqlite>) -> (StatusCode, &'static str) {
    sqlx::query("SELECT 1").execute(session).await.ok();
    (StatusCode::OK, "hello")
}

// case: `?` in a function that returns a response.
#[transactional]
async fn question_mark(session: &mut Session<Sqlite>) -> Response {
    sqlx::query("SELECT 1").execute(session).await?;
    "hello".into_response()
}

fn main() {}
