//! A method without a body is annotated.

use sqlx_transactional::retry_on_error;

trait Rates {
    #[retry_on_error]
    async fn fetch(&self, id: i64) -> Result<i64, sqlx::Error>;
}

fn main() {}
