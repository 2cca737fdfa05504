//! More attempts than can be counted.

use sqlx_transactional::retry_on_error;

#[retry_on_error(attempts = 5_000_000_000)]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
