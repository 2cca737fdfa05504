//! What the function returns does not say whether another attempt is worth it.

use axum::response::Response;
use sqlx_transactional::retry_on_error;

// case: The error is a `String`.
#[retry_on_error]
async fn error_that_tells_nothing() -> Result<i64, String> {
    Err(String::from("no"))
}

// case: The error is a type parameter.
#[retry_on_error]
async fn generic_error_that_tells_nothing<E: From<sqlx::Error>>() -> Result<i64, E> {
    Err(sqlx::Error::RowNotFound.into())
}

// case: The error type does not implement `std::error::Error`.
enum FetchError {
    Late,
}

#[retry_on_error]
async fn own_error_that_tells_nothing() -> Result<i64, FetchError> {
    Err(FetchError::Late)
}

// case: The function returns a response, and `when` is missing.
#[retry_on_error]
async fn response_that_tells_nothing() -> Response {
    Response::default()
}

// case: The function returns an `Option`.
#[retry_on_error]
async fn returns_an_option() -> Option<i64> {
    None
}

fn main() {}
