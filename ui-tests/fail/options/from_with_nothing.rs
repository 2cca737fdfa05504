//! `from` has an empty value.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(from =)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
