//! No argument is the session.

use sqlx_transactional::transactional;

#[transactional]
async fn transfer(from: i64, to: i64) -> Result<(), sqlx::Error> {
    println!("{from} {to}");
    Ok(())
}

fn main() {}
