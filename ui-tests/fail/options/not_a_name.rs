//! A value without the option that it is for.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional("2s")]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
