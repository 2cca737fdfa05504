//! The address of the database is passed for the session.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: The address is a `&str`.
async fn url(source: &str) -> Result<(), sqlx::Error> {
    transfer(source).await
}

// case: The address is a `&String`.
async fn url_as_a_reference_to_a_string(source: String) -> Result<(), sqlx::Error> {
    transfer(&source).await
}

// case: The address is a `String`.
async fn url_by_value(source: String) -> Result<(), sqlx::Error> {
    transfer(source).await
}

// case: The address is passed to a function with `requires_new`.
#[transactional(requires_new)]
async fn audit(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn string_into_requires_new(source: String) -> Result<(), sqlx::Error> {
    audit(source).await
}

fn main() {}
