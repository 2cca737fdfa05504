//! `exactly_once` and `idempotent`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: `exactly_once` on a function without a transaction.
#[retry_on_error(exactly_once)]
async fn exactly_once_alone() -> Result<(), sqlx::Error> {
    Ok(())
}

// case: `exactly_once` and `idempotent`.
#[retry_on_error(exactly_once, idempotent)]
#[transactional]
async fn exactly_once_and_idempotent(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `exactly_once` has a value.
#[retry_on_error(exactly_once = true)]
async fn exactly_once_with_a_value(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `idempotent` has a value.
#[retry_on_error(idempotent = true)]
async fn idempotent_with_a_value(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

fn main() {}
