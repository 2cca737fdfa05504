//! SQLite has nothing to defer.

use sqlx::Sqlite;
use sqlx_transactional::{ReadOnly, Serializable, Session, transactional};

#[transactional(deferrable)]
async fn transfer(session: &mut Session<Sqlite, ReadOnly<Serializable>>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
