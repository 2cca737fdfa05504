//! `when` looks at the `Result`.

use sqlx_transactional::retry_on_error;

fn failed(result: &Result<i64, String>) -> bool {
    result.is_err()
}

#[retry_on_error(when = failed)]
async fn fetch() -> Result<i64, String> {
    Err(String::from("busy"))
}

fn main() {}
