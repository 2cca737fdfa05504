//! A function without a transaction cannot ask what has become of one.

use sqlx_transactional::retry_on_error;

#[retry_on_error(exactly_once)]
async fn fetch() -> Result<(), sqlx::Error> {
    Ok(())
}

fn main() {}
