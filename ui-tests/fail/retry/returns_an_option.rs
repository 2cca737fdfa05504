//! A function whose outcome does not say why it failed.

use sqlx_transactional::retry_on_error;

#[retry_on_error]
async fn fetch() -> Option<i64> {
    None
}

fn main() {}
