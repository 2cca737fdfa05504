//! Patterns and functions of another type than the error.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: `commit_on` has a string.
#[transactional(commit_on("wrong password"))]
async fn commit_on_a_string(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `commit_on` has a pattern of another type.
#[transactional(commit_on(Some(_)))]
async fn commit_on_another_type(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `commit_on` has a variant that the error does not have.
#[derive(Debug)]
enum LoginError {
    WrongPassword,
    Database,
}

impl From<sqlx::Error> for LoginError {
    fn from(_: sqlx::Error) -> Self {
        Self::Database
    }
}

#[transactional(commit_on(LoginError::WrongPasword))]
async fn commit_on_an_unknown_variant(session: &mut Session<Sqlite>) -> Result<(), LoginError> {
    sqlx::query("SELECT 1").execute(session).await?;
    Err(LoginError::WrongPassword)
}

// case: The function of `map_err` makes another error than the function returns.
fn to_text(error: sqlx::Error) -> String {
    error.to_string()
}

#[transactional(map_err = to_text)]
async fn map_err_of_another_type(session: &mut Session<Sqlite>) -> Result<(), u16> {
    sqlx::query("SELECT 1")
        .execute(session)
        .await
        .map_err(|_| 500_u16)?;
    Ok(())
}

fn main() {}
