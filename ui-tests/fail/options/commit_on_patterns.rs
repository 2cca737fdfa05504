//! Patterns that `commit_on` cannot take.

use axum::response::IntoResponse;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

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

// case: `commit_on` has a variant without its path, which is a variable.
#[transactional(commit_on(WrongPassword))]
async fn commit_on_a_name_without_its_path(
    session: &mut Session<Sqlite>,
) -> Result<(), LoginError> {
    sqlx::query("SELECT 1").execute(session).await?;
    Err(LoginError::WrongPassword)
}

// case: `commit_on` has a name in lower case, which matches everything.
#[transactional(commit_on(error))]
async fn commit_on_a_variable(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `commit_on` has an expression.
#[transactional(commit_on(1 + 1))]
async fn commit_on_an_expression(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `commit_on` is empty.
#[transactional(commit_on())]
async fn commit_on_nothing(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `commit_on` has the `Err` around the error.
#[transactional(commit_on(Err(LoginError::WrongPassword)))]
async fn commit_on_the_result(session: &mut Session<Sqlite>) -> Result<(), LoginError> {
    sqlx::query("SELECT 1").execute(session).await?;
    Err(LoginError::WrongPassword)
}

// case: `commit_on` has two patterns, separated by a comma.
#[transactional(commit_on(BankError::A, BankError::B))]
async fn commit_on_two(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `commit_on` has an `if`.
#[transactional(commit_on(BankError::Code(code) if code > 1))]
async fn commit_on_with_a_condition(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `commit_on` has `=` instead of parentheses.
#[transactional(commit_on = BankError::WrongPassword)]
async fn commit_on_without_parentheses(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `commit_on` on a function that returns a response.
#[transactional(commit_on(_))]
async fn commit_on_of_a_response(session: &mut Session<Sqlite>) -> impl IntoResponse {
    sqlx::query("SELECT 1").execute(session).await.ok();
    "hello"
}

// case: `commit_on` has a condition.
#[transactional(commit_on(Error::Locked && true))]
async fn commit_on_a_condition(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An alternative of `commit_on` has the `Err` around the error.
#[transactional(commit_on(Error::Late | Err(Error::Locked { .. })))]
async fn commit_on_a_result_among_others(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: The alternatives of `commit_on` are names without a path.
mod bank {
    pub(crate) struct BankError(sqlx::Error);

    impl From<sqlx::Error> for BankError {
        fn from(error: sqlx::Error) -> Self {
            Self(error)
        }
    }
}

#[transactional(commit_on(Locked | (error)))]
async fn commit_on_names(session: &mut Session<Sqlite>) -> Result<(), bank::BankError> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `commit_on` is no pattern, and the timeout is empty.
#[transactional(commit_on(..=, Error::Locked), timeout = "")]
async fn commit_on_no_pattern(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `commit_on` and `map_err` on a function that returns a response.
#[transactional(commit_on(_), map_err = to_status)]
async fn error_options_of_a_response(session: &mut Session<Sqlite>) -> impl IntoResponse {
    sqlx::query("SELECT 1").execute(session).await.ok();
    "hello"
}

fn main() {}
