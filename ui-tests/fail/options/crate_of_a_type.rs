//! A type for the module that the runtime is in.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(crate = Self::runtime)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
