//! Attempts are a count.

use sqlx_transactional::retry_on_error;

#[retry_on_error(attempts = -1)]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
