//! A struct is annotated.

use sqlx_transactional::retry_on_error;

#[retry_on_error]
struct Bank;

fn main() {}
