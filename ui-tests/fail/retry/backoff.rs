//! An option that other libraries have.

use sqlx_transactional::retry_on_error;

#[retry_on_error(backoff = exponential)]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
