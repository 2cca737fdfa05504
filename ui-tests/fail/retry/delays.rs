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

fn main() {}
