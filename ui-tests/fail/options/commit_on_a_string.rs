//! `commit_on` has a string.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(commit_on("wrong password"))]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
