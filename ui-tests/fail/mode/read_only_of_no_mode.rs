//! `ReadOnly` is given something that is not a level.

use sqlx::Sqlite;
use sqlx_transactional::{ReadOnly, Session, transactional};

#[transactional]
async fn reads(session: &mut Session<Sqlite, ReadOnly<bool>>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
