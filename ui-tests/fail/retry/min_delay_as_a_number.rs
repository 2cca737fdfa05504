//! A delay is written with its unit.

use sqlx_transactional::retry_on_error;

#[retry_on_error(min_delay = 50)]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
