//! A durability that does not exist.

use sqlx::Postgres;
use sqlx_transactional::{Session, transactional};

#[transactional(durability = strict)]
async fn transfer(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
