//! An option is written twice.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: An option of `#[transactional]` is set twice.
#[transactional(timeout = "2s", timeout = "3s")]
async fn twice(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An option of `#[retry_on_error]` is set twice.
#[retry_on_error(attempts = 1, attempts = 2)]
async fn option_twice(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `crate` is set by both attributes.
#[retry_on_error(crate = sqlx_transactional)]
#[transactional(crate = sqlx_transactional)]
async fn crate_in_both(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
