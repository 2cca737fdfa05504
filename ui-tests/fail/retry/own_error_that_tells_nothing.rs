//! An error of one's own that is no `std::error::Error`.

use sqlx_transactional::retry_on_error;

enum FetchError {
    Late,
}

#[retry_on_error]
async fn fetch() -> Result<i64, FetchError> {
    Err(FetchError::Late)
}

fn main() {}
