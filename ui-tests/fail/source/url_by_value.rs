//! The address of the database is passed for the session, as a `String`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn caller(source: String) -> Result<(), sqlx::Error> {
    transfer(source).await
}

fn main() {}
