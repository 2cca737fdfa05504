//! A function with mistakes in both attributes is used.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, retry_on_error, transactional};

#[retry_on_error(attempts = 0)]
#[transactional(name = "")]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    transfer(pool).await
}

fn main() {}
