//! Commas without options between them.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(nested,, timeout = "2s")]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
