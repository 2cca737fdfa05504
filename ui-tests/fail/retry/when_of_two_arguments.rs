//! `when` is asked about the error alone.

use sqlx_transactional::retry_on_error;

fn is_busy(_: &sqlx::Error, _: u32) -> bool {
    true
}

#[retry_on_error(when = is_busy)]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
