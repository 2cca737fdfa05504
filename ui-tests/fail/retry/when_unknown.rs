//! `when` names a function that does not exist.

use sqlx_transactional::retry_on_error;

#[retry_on_error(when = is_busy)]
async fn fetch() -> Result<i64, String> {
    Err(String::from("busy"))
}

fn main() {}
