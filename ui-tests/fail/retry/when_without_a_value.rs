//! `when` has no value.

use sqlx_transactional::retry_on_error;

#[retry_on_error(when)]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
