//! `commit_on` has a pattern of another type.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(commit_on(Some(_)))]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
