//! `when` says something else than yes or no.

use sqlx_transactional::retry_on_error;

fn code(error: &String) -> usize {
    error.len()
}

#[retry_on_error(when = code)]
async fn fetch() -> Result<i64, String> {
    Err(String::from("busy"))
}

fn main() {}
