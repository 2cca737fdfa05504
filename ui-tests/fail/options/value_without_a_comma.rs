//! A mistake behind an option that is fine.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(nested, name = "transfer" timeout)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
