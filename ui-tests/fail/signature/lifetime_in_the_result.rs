//! The result borrows without a lifetime.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: The result has a `&str` without a lifetime.
#[transactional]
async fn lifetime_in_the_result(session: &mut Session<Sqlite>) -> Result<&str, sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok("one")
}

// case: The result has a `&mut Session` without a lifetime.
#[transactional]
async fn returned_without_a_lifetime(
    session: &mut Session<Sqlite>,
) -> Result<&mut Session<Sqlite>, sqlx::Error> {
    Ok(session)
}

fn main() {}
