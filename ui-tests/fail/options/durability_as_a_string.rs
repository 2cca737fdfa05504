//! `durability` is one word, not a string.

use sqlx::Postgres;
use sqlx_transactional::{Session, transactional};

#[transactional(durability = "relaxed")]
async fn transfer(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
