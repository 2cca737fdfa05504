//! A pool is passed without `&`.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn caller(source: SqlitePool) -> Result<(), sqlx::Error> {
    transfer(source).await
}

fn main() {}
