//! A duration without its unit.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(timeout = "30")]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
