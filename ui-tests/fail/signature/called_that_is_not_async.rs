//! A function that is not async is used.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional]
fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.set_rollback_only();
    Ok(())
}

async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    transfer(pool).await
}

fn main() {}
