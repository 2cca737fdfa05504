//! An option that other libraries have: which errors roll back.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(rollback_on(BankError::WrongPassword))]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
