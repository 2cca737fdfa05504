//! The argument is a connection.

use sqlx::SqliteConnection;
use sqlx_transactional::transactional;

#[transactional]
async fn transfer(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(connection).await?;
    Ok(())
}

fn main() {}
