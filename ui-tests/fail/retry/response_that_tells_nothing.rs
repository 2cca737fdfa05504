//! A response tells nothing of its reason, and `when` is missing.

use axum::response::Response;
use sqlx_transactional::retry_on_error;

#[retry_on_error]
async fn fetch() -> Response {
    Response::default()
}

fn main() {}
