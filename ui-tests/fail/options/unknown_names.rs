//! Options name what does not exist.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: `from` names something that the function does not have.
#[transactional(from = &db)]
async fn from_an_unknown_name(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `from` reads the session that it makes.
#[transactional(from = session.pool())]
async fn from_that_reads_the_session(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `when` names a function that does not exist.
#[retry_on_error(when = is_busy)]
async fn when_unknown() -> Result<i64, String> {
    Err(String::from("busy"))
}

// case: `commit_on` has a variant of a type that does not exist.
#[transactional(commit_on(BankError::WrongPassword))]
async fn commit_on_an_unknown_type(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `crate` of `#[transactional]` leads nowhere.
#[transactional(crate = crate::nowhere)]
async fn crate_that_is_not_there(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `crate` of `#[retry_on_error]` leads nowhere.
#[retry_on_error(crate = crate::nowhere)]
async fn retry_crate_that_is_not_there(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
