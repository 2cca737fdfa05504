//! `attempts` is a whole number above zero.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: `attempts` is a constant.
const MOST: u32 = 5;

#[retry_on_error(attempts = MOST)]
async fn attempts_as_a_constant(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `attempts` is a string.
#[retry_on_error(attempts = "5")]
#[transactional]
async fn attempts_as_text(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `attempts` is negative.
#[retry_on_error(attempts = -1)]
async fn attempts_below_zero(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `attempts` is zero.
#[retry_on_error(attempts = 0)]
#[transactional]
async fn attempts_of_nothing(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `attempts` does not fit into 32 bits.
#[retry_on_error(attempts = 5_000_000_000)]
async fn attempts_that_are_too_many(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `attempts` has a type suffix.
#[retry_on_error(attempts = 5_i8)]
async fn attempts_with_a_suffix(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `attempts` has no value.
#[retry_on_error(attempts)]
async fn attempts_without_a_value(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
