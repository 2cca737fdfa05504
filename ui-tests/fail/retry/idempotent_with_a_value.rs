//! `idempotent` is a flag.

use sqlx_transactional::retry_on_error;

#[retry_on_error(idempotent = true)]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
