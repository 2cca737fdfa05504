//! An option is written on the other attribute.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(retries = 3)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
