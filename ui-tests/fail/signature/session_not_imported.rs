//! `Session` is not imported.

use sqlx::Sqlite;
use sqlx_transactional::transactional;

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
