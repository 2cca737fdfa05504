//! `durability = relaxed` on a database without it.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(durability = relaxed)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
