//! Delays and the time for all attempts.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: `min_delay` is longer than `max_delay`.
#[retry_on_error(min_delay = "1s", max_delay = "100ms")]
#[transactional]
async fn delays_swapped(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `min_delay` is longer than the default of `max_delay`.
#[retry_on_error(min_delay = "2s")]
#[transactional]
async fn min_delay_above_the_default(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `min_delay` is a number without a unit.
#[retry_on_error(min_delay = 50)]
async fn min_delay_as_a_number(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `min_delay` is zero.
#[retry_on_error(min_delay = "0ms")]
async fn min_delay_of_nothing(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `max_elapsed` is a number without a unit.
#[retry_on_error(max_elapsed = 30)]
#[transactional]
async fn max_elapsed_as_a_number(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `max_elapsed` is zero.
#[retry_on_error(max_elapsed = "0s")]
async fn max_elapsed_of_nothing(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `max_delay` is shorter than the default of `min_delay`.
#[retry_on_error(max_delay = "9ms")]
#[transactional]
async fn max_delay_below_the_default(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `max_delay` is zero.
#[retry_on_error(min_delay = "0ms", max_delay = "0s")]
#[transactional]
async fn max_delay_of_nothing(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `max_delay` is in hours.
#[retry_on_error(max_delay = "1h")]
#[transactional]
async fn max_delay_in_hours(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: The durations have no value.
#[retry_on_error(min_delay, max_delay =, max_elapsed)]
#[transactional]
async fn without_a_value(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
