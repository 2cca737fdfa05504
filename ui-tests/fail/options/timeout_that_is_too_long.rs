//! A duration that no clock can count.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(timeout = "999999999999999h")]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
