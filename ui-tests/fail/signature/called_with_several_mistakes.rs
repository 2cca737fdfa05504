//! A function with several mistakes is used.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional(isolation = 1, name = "", nested, deferrable)]
const fn transfer(session: Session<Sqlite>) -> Result<(), sqlx::Error> {
    Ok(())
}

async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    transfer(pool).await
}

fn main() {}
