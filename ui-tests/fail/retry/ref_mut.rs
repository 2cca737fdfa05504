//! A pattern takes a `&mut` to the argument.

use sqlx_transactional::retry_on_error;

#[retry_on_error]
async fn sort(ref mut ids: Vec<i64>) -> Result<(), sqlx::Error> {
    ids.sort();
    Ok(())
}

fn main() {}
