//! A function whose result is hidden is used.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> impl Send {
    sqlx::query("SELECT 1").execute(session).await
}

async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    transfer(pool).await;
    Ok(())
}

fn main() {}
