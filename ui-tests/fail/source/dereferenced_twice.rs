//! A statement runs on `&mut **session`, as on a transaction of sqlx.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut **session).await?;
    Ok(())
}

fn main() {}
