//! `when` takes the error by value.

use sqlx_transactional::retry_on_error;

fn is_busy(error: String) -> bool {
    error == "busy"
}

#[retry_on_error(when = is_busy)]
async fn fetch() -> Result<i64, String> {
    Err(String::from("busy"))
}

fn main() {}
