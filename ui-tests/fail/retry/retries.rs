//! An option that other libraries have.

use sqlx_transactional::retry_on_error;

#[retry_on_error(retries = 3)]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
