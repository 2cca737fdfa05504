//! A timeout is in a unit that is not known.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(timeout = "2 seconds")]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
