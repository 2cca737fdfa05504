//! Options of `#[retry_on_error]` on `#[transactional]`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: A flag of `#[retry_on_error]`.
#[transactional(idempotent)]
async fn option_of_retry(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A duration of `#[retry_on_error]`.
#[transactional(max_elapsed = "30s")]
async fn option_of_retry_with_a_value(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A name that other libraries have for the number of attempts.
#[transactional(retries = 3)]
async fn option_of_retry_in_transactional(
    session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
