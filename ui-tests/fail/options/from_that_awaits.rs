//! `from` awaits.

use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, transactional};

#[transactional(from = &Db::<Sqlite>::connect("sqlite::memory:").await?)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
