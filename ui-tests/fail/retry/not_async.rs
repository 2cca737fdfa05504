//! A function that is not async.

use sqlx_transactional::retry_on_error;

#[retry_on_error]
fn fetch(id: i64) -> Result<i64, sqlx::Error> {
    Ok(id)
}

fn main() {}
