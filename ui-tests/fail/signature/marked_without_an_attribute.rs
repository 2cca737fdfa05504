//! An argument is marked of a function that is not annotated.

use sqlx::Sqlite;
use sqlx_transactional::Session;

async fn helper(#[session] session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
