//! Read-only is written as an option.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(read_only)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
