//! A savepoint with an option of BEGIN.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(nested, lock_timeout = "1s")]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
