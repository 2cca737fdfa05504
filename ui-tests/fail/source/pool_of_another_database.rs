//! A pool of PostgreSQL is passed to a function on SQLite.

use sqlx::{PgPool, Sqlite};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn caller(source: PgPool) -> Result<(), sqlx::Error> {
    transfer(&source).await
}

fn main() {}
