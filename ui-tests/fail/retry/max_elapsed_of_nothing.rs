//! No time at all.

use sqlx_transactional::retry_on_error;

#[retry_on_error(max_elapsed = "0s")]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
