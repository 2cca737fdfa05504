//! The session is said to be `'static`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &'static mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
