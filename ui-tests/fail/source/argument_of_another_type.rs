//! Another argument than the session has the wrong type.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>, cents: i64) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").bind(cents).execute(session).await?;
    Ok(())
}

async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    transfer(pool, "5").await
}

fn main() {}
