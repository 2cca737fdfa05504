//! The function returns nothing, or `impl Trait` hides whether it has failed.

use axum::response::IntoResponse;
use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: The function returns nothing.
#[transactional]
async fn returns_nothing(session: &mut Session<Sqlite>) {
    sqlx::query("SELECT 1").execute(session).await.ok();
}

// case: A function with `#[retry_on_error]` returns nothing.
#[retry_on_error]
async fn retry_returns_nothing() {}

// case: The function returns `impl Trait`.
#[transactional]
async fn returns_impl_trait(session: &mut Session<Sqlite>) -> impl Sized {
    sqlx::query("SELECT 1").execute(session).await
}

// case: The error is `impl Error`, and the body ends with a `Result`.
#[transactional]
async fn impl_trait_as_the_error(
    session: &mut Session<Sqlite>,
) -> Result<(), impl std::error::Error> {
    sqlx::query("SELECT 1").execute(session).await.map(|_| ())
}

// case: A function that returns `impl Trait` is used.
mod called_with_impl_trait {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional};

    #[transactional]
    async fn transfer(session: &mut Session<Sqlite>) -> impl Send {
        sqlx::query("SELECT 1").execute(session).await
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool).await;
        Ok(())
    }
}

// case: The error is `impl Error`, and the body uses `?`.
#[transactional]
async fn hidden(session: &mut Session<Sqlite>) -> Result<(), impl std::error::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok::<(), sqlx::Error>(())
}

// case: A response is hidden behind a trait of another framework.
trait Responder {}

impl Responder for String {}

#[transactional]
async fn behind_a_trait_of_another_framework(session: &mut Session<Sqlite>) -> impl Responder {
    sqlx::query("SELECT 1").execute(session).await.ok();
    String::from("hello")
}

// case: The error of a function with `#[retry_on_error]` is `impl Error`.
#[retry_on_error]
async fn retry_hidden_error() -> Result<(), impl std::error::Error> {
    Ok::<(), sqlx::Error>(())
}

// case: A function with `#[retry_on_error]` returns `impl IntoResponse`.
#[retry_on_error]
async fn retry_returns_impl_trait() -> impl IntoResponse {
    "hello"
}

fn main() {}
