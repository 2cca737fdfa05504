//! An option that other libraries have: propagation.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(propagation = REQUIRES_NEW)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
