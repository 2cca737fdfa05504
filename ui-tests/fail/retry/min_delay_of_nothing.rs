//! A delay of zero.

use sqlx_transactional::retry_on_error;

#[retry_on_error(min_delay = "0ms")]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
