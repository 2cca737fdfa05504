//! `commit_on` has an expression.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(commit_on(1 + 1))]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
