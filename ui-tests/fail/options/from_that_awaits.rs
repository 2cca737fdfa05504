//! `from` awaits.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(from = &sqlx_transactional::Db::<Sqlite>::connect("sqlite::memory:").await?)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
