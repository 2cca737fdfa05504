//! An error that `?` cannot convert.

use sqlx_transactional::retry_on_error;

#[retry_on_error]
async fn fetch(id: String) -> Result<i64, sqlx::Error> {
    let id: i64 = id.parse()?;
    Ok(id)
}

fn main() {}
