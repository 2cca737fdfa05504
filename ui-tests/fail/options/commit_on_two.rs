//! `commit_on` has two patterns, separated by a comma.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(commit_on(BankError::A, BankError::B))]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
