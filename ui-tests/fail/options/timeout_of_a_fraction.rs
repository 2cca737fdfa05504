//! A duration is a whole number of a unit.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(timeout = "1.5s")]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
