//! `when` is a path, not a call.

use sqlx_transactional::retry_on_error;

fn is_busy(_: &sqlx::Error) -> bool {
    true
}

#[retry_on_error(when = is_busy())]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
