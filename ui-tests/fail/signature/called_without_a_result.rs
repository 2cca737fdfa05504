//! A function that returns nothing is used.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> () {
    sqlx::query("SELECT 1").execute(session).await.ok();
}

async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    transfer(pool).await;
    Ok(())
}

fn main() {}
