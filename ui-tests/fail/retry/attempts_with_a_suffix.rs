//! `attempts` has a type.

use sqlx_transactional::retry_on_error;

#[retry_on_error(attempts = 5_i8)]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
