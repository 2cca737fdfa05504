//! A function that cannot fail.

use sqlx_transactional::retry_on_error;

#[retry_on_error]
async fn fetch() {}

fn main() {}
