//! What an `impl Trait` stands for does not fit it, in a function that is called again.

use sqlx_transactional::retry_on_error;

#[retry_on_error]
pub async fn hides_another_type(text: &str) -> Result<impl Iterator<Item = i64>, sqlx::Error> {
    Ok(text.len())
}
