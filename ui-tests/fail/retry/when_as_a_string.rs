//! `when` is a path, not a string.

use sqlx_transactional::retry_on_error;

#[retry_on_error(when = "is_busy")]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
