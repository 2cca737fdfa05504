//! `commit_on` has an `if`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(commit_on(BankError::Code(code) if code > 1))]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
