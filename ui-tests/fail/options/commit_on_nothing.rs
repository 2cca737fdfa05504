//! `commit_on` is empty.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(commit_on())]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
