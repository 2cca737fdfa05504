//! `crate` leads nowhere.

use sqlx_transactional::retry_on_error;

#[retry_on_error(crate = crate::nowhere)]
async fn run(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
