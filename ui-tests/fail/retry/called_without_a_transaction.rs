//! A function that is called again, with mistakes, is used.

use sqlx_transactional::retry_on_error;

#[retry_on_error(attempts = 0, idempotent = 1)]
async fn fetch(name: String, count: &mut i64) -> Result<i64, sqlx::Error> {
    *count += 1;
    println!("{name}");
    Ok(*count)
}

async fn caller() -> Result<i64, sqlx::Error> {
    let mut count = 1;
    fetch(String::new(), &mut count).await
}

fn main() {}
