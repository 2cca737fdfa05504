//! An argument would carry a failed attempt into the next one.

use sqlx::{Sqlite, SqliteConnection};
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: An argument is a `&mut`.
#[retry_on_error]
#[transactional]
async fn mutable_argument(
    session: &mut Session<Sqlite>,
    out: &mut Vec<i64>,
) -> Result<(), sqlx::Error> {
    out.push(sqlx::query_scalar("SELECT 1").fetch_one(session).await?);
    Ok(())
}

// case: An argument is a `&mut` in an `Option`.
#[retry_on_error]
#[transactional]
async fn mutable_argument_in_an_option(
    session: &mut Session<Sqlite>,
    out: Option<&mut Vec<i64>>,
) -> Result<(), sqlx::Error> {
    out.unwrap()
        .push(sqlx::query_scalar("SELECT 1").fetch_one(session).await?);
    Ok(())
}

// case: An argument is bound by `ref mut`.
#[retry_on_error]
async fn ref_mut(ref mut ids: Vec<i64>) -> Result<(), sqlx::Error> {
    ids.sort();
    Ok(())
}

// case: An argument is a `&mut` to a connection.
#[retry_on_error]
async fn connection(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT 1").fetch_one(connection).await
}

fn main() {}
