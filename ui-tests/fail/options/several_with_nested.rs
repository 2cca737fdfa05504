//! Several options that a savepoint cannot have.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional(nested, requires_new, lock_timeout = "1s", from = pool)]
async fn transfer(pool: &SqlitePool, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
