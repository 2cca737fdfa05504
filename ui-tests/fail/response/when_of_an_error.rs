//! `when` is about an error, and the function returns a response.

use axum::response::Response;
use sqlx::Sqlite;
use sqlx_transactional::{Outcome, Session, retry_on_error, transactional};

fn is_busy(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::PoolTimedOut)
}

#[retry_on_error(when = is_busy)]
#[transactional]
async fn greet(session: &mut Session<Sqlite>) -> Response {
    sqlx::query("SELECT 1").execute(session).await.map_or_else(Response::from_error, |_| Response::default())
}

fn main() {}
