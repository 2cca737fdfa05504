//! An option of `#[retry_on_error]`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(max_elapsed = "30s")]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
