//! A string without the name of its option.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional("2s")]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
