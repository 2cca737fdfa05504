//! The error type cannot be made from a database error.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[derive(Debug)]
enum BankError {
    Overdrawn,
}

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), BankError> {
    sqlx::query("SELECT 1").execute(session).await.map_err(|_| BankError::Overdrawn)?;
    Ok(())
}

fn main() {}
