//! A session that a statement has taken is used again: run statements on `&mut *session`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn twice(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    sqlx::query("SELECT 2").execute(session).await?;
    Ok(())
}

fn main() {}
