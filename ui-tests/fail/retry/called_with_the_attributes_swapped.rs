//! A function with its attributes in the wrong order is used.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, retry_on_error, transactional};

#[transactional]
#[retry_on_error]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    transfer(pool).await
}

fn main() {}
