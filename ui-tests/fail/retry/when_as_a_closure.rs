//! `when` is a closure.

use sqlx_transactional::retry_on_error;

#[retry_on_error(when = |error| error == "busy")]
async fn fetch() -> Result<i64, String> {
    Err(String::from("busy"))
}

fn main() {}
