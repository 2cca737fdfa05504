//! An option is set twice.

use sqlx_transactional::retry_on_error;

#[retry_on_error(attempts = 1, attempts = 2)]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
