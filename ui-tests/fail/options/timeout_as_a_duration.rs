//! A duration is written as text.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(timeout = Duration::from_secs(1))]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
