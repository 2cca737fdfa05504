//! Options that do not exist.

use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, transactional};

// case: An option that does not exist.
#[transactional(label = "transfer")]
async fn unknown(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An option is misspelt.
#[transactional(timout = "2s")]
async fn misspelt(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: The pool is an option.
#[transactional(pool = db)]
async fn pool(db: &Db<Sqlite>, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An option that other libraries have: `propagation`.
#[transactional(propagation = REQUIRES_NEW)]
async fn propagation(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: Read-only is an option.
#[transactional(read_only)]
async fn read_only(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An option that other libraries have: `rollback_on`.
#[transactional(rollback_on(BankError::WrongPassword))]
async fn rollback_on(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An option that other libraries have: `savepoint`.
#[transactional(savepoint)]
async fn savepoint(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An option that other libraries have: `rollback_for`.
#[transactional(rollback_for(Error))]
async fn rollback_for(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
