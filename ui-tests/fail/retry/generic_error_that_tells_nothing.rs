//! A generic error.

use sqlx_transactional::retry_on_error;

#[retry_on_error]
async fn fetch<E: From<sqlx::Error>>() -> Result<i64, E> {
    Err(sqlx::Error::RowNotFound.into())
}

fn main() {}
