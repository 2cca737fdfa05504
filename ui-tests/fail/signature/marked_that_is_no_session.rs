//! What is marked is no session.

use sqlx::SqliteConnection;
use sqlx_transactional::transactional;

#[transactional]
async fn transfer(#[session] session: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
