//! A transaction of sqlx is passed for the session.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn caller(pool: SqlitePool) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    transfer(&mut tx).await?;
    tx.commit().await
}

fn main() {}
