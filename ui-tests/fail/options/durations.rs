//! Durations are a whole number of a unit, in quotes.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: A timeout is a `Duration`.
#[transactional(timeout = Duration::from_secs(1))]
async fn timeout_as_a_duration(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A timeout is a number without a unit.
#[transactional(timeout = 2)]
async fn timeout_as_a_number(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A timeout is negative.
#[transactional(timeout = "-1s")]
async fn timeout_below_zero(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A timeout has a unit that does not exist.
#[transactional(timeout = "2 seconds")]
async fn timeout_in_unknown_units(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A timeout is a fraction.
#[transactional(timeout = "1.5s")]
async fn timeout_of_a_fraction(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A timeout is zero.
#[transactional(timeout = "0s")]
async fn timeout_of_nothing(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A timeout is too long to be counted.
#[transactional(timeout = "999999999999999h")]
async fn timeout_that_is_too_long(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A timeout is a string without a unit.
#[transactional(timeout = "30")]
async fn timeout_without_a_unit(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A lock timeout is a number without a unit.
#[transactional(lock_timeout = 5)]
async fn lock_timeout_as_a_number(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A lock timeout is zero.
#[transactional(lock_timeout = "0s")]
async fn lock_timeout_of_nothing(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A timeout has two units.
#[transactional(timeout = "1m 30s")]
async fn timeout_in_two_units(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
