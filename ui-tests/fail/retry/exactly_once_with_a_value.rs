//! `exactly_once` is a flag.

use sqlx_transactional::retry_on_error;

#[retry_on_error(exactly_once = true)]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
