//! An error that cannot be looked into.

use sqlx_transactional::retry_on_error;

#[retry_on_error]
async fn fetch() -> Result<i64, String> {
    Err(String::from("no"))
}

fn main() {}
