//! A connection is passed for the session.

use sqlx::{Sqlite, SqliteConnection};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn caller(source: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    transfer(source).await
}

fn main() {}
