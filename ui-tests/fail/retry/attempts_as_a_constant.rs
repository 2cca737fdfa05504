//! `attempts` is a constant.

use sqlx_transactional::retry_on_error;

const MOST: u32 = 5;

#[retry_on_error(attempts = MOST)]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
