//! Options that do not exist.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: An option is misspelt.
#[retry_on_error(attemps = 3)]
#[transactional]
async fn misspelt_option(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An option that other crates have: `max_retries`.
#[retry_on_error(max_retries = 3)]
#[transactional]
async fn unknown_option(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An option that other crates have: `retries`.
#[retry_on_error(retries = 3)]
async fn retries(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: An option that other crates have: `retry_if`.
#[retry_on_error(retry_if = is_busy)]
async fn retry_if(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: An option that other crates have: `backoff`.
#[retry_on_error(backoff = exponential)]
async fn backoff(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `timeout` on a function without a transaction.
#[retry_on_error(timeout = "2s")]
async fn timeout(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `timeout` on the wrong one of two attributes.
#[retry_on_error(timeout = "2s")]
#[transactional]
async fn option_of_transactional(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: Options of the other attribute and of other crates.
#[retry_on_error(pool = db, name = "x", if = is_busy, delay = "1s", jitter)]
async fn several_options(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
