//! An argument has the name of the function that is asked.

use sqlx_transactional::retry_on_error;

fn is_busy(_: &sqlx::Error) -> bool {
    true
}

#[retry_on_error(when = is_busy)]
async fn run(is_busy: String) -> Result<(), sqlx::Error> {
    println!("{is_busy}");
    Ok(())
}

fn main() {}
