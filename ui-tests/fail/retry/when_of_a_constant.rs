//! `when` is a constant.

use sqlx_transactional::retry_on_error;

const ALWAYS: bool = true;

#[retry_on_error(when = ALWAYS)]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
