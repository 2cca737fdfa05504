//! A helper that runs in a transaction of its caller.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error};

#[retry_on_error]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
