//! `map_err` without a function.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(map_err)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
