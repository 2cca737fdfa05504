//! The error type cannot be made from a database error.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: The error is a `&'static str`.
#[transactional]
async fn text(session: &mut Session<Sqlite>) -> Result<(), &'static str> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

// case: The error is `()`.
#[transactional]
async fn unit(session: &mut Session<Sqlite>) -> Result<(), ()> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

// case: The error is a status and a text in a tuple, as handlers return them.
#[transactional]
async fn in_a_tuple(session: &mut Session<Sqlite>) -> Result<(), (u16, String)> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

// case: The error is `std::io::Error`.
#[transactional]
async fn of_io(session: &mut Session<Sqlite>) -> Result<(), std::io::Error> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

// case: The error of an alias is `std::fmt::Error`.
type Answer<T> = Result<T, std::fmt::Error>;

#[transactional]
async fn behind_an_alias(session: &mut Session<Sqlite>) -> Answer<()> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

// case: The error type has no `From<sqlx::Error>`.
#[derive(Debug)]
enum BankError {
    Overdrawn,
}

#[transactional]
async fn without_from(session: &mut Session<Sqlite>) -> Result<(), BankError> {
    sqlx::query("SELECT 1")
        .execute(session)
        .await
        .map_err(|_| BankError::Overdrawn)?;
    Ok(())
}

// case: The error has `From<sqlx_transactional::Error>`, but no `From<sqlx::Error>`.
struct Failed;

impl From<sqlx_transactional::Error> for Failed {
    fn from(_: sqlx_transactional::Error) -> Self {
        Self
    }
}

#[transactional]
async fn of_ours_only(session: &mut Session<Sqlite>) -> Result<(), Failed> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

// case: The error is the one of `axum::response::Result`.
#[transactional]
async fn of_axum(session: &mut Session<Sqlite>) -> axum::response::Result<String> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(String::new())
}

// case: The error is a `String`, under `#[retry_on_error]`.
#[retry_on_error]
#[transactional]
async fn under_a_retry(session: &mut Session<Sqlite>) -> Result<(), String> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

// case: `Result` is the one of `std::fmt`.
mod result_that_is_not_imported {
    use std::fmt::Result;

    use sqlx::Sqlite;
    use sqlx_transactional::{Session, transactional};

    #[transactional]
    async fn transfer(session: &mut Session<Sqlite>) -> Result {
        sqlx::query("SELECT 1").execute(session).await.ok();
        Ok(())
    }
}

fn main() {}
