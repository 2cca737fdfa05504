//! A function whose session has a lifetime is used.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer<'a>(session: &'a mut Session<Sqlite>, name: &'a str) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    println!("{name}");
    Ok(())
}

async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    transfer(pool, "one").await
}

fn main() {}
