//! `crate` is a path, not a string.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(crate = "sqlx_transactional")]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
