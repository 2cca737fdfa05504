//! A savepoint has no durability.

use sqlx::Postgres;
use sqlx_transactional::{Session, transactional};

#[transactional(nested, durability = relaxed)]
async fn transfer(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
