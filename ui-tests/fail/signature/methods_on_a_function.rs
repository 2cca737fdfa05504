//! `#[transactional_methods]` on a function.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional_methods};

#[transactional_methods]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
