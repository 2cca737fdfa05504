//! The result borrows from a clone that lives as long as one attempt.

use sqlx_transactional::retry_on_error;

#[retry_on_error]
async fn first<'a>(text: &'a str, owned: String) -> Result<&'a str, sqlx::Error> {
    if text.is_empty() { Ok(&owned) } else { Ok(text) }
}

fn main() {}
