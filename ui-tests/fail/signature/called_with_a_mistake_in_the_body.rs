//! A function with a wrong option and a mistake in its body.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional(isolation = 1)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok("one")
}

async fn caller(pool: &SqlitePool) -> Result<i64, sqlx::Error> {
    transfer(pool).await
}

fn main() {}
