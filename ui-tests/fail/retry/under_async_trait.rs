//! `#[async_trait]` has rewritten the method before the attribute sees it.

use async_trait::async_trait;
use sqlx_transactional::retry_on_error;

#[async_trait]
trait Rates {
    async fn fetch(&self, id: i64) -> Result<i64, sqlx::Error>;
}

struct Bank;

#[async_trait]
impl Rates for Bank {
    #[retry_on_error]
    async fn fetch(&self, id: i64) -> Result<i64, sqlx::Error> {
        Ok(id)
    }
}

fn main() {}
