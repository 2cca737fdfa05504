//! An option that needs a value has none.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(timeout)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
