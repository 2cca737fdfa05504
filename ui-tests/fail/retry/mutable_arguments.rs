//! An argument would carry a failed attempt into the next one.

use std::pin::Pin;

use sqlx::{Sqlite, SqliteConnection, pool::PoolConnection};
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

// case: An argument is a `&mut` to a connection of a pool.
#[retry_on_error]
async fn connection_of_a_pool(other: &mut PoolConnection<Sqlite>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT 1").fetch_one(&mut **other).await
}

// case: Arguments have a `&mut` in a pattern or in a pin.
#[retry_on_error]
async fn mutable_in_patterns(
    (a, b): (u8, Option<&mut u8>),
    text: Pin<&mut String>,
    [c, _]: [&mut u8; 2],
) -> Result<(), sqlx::Error> {
    *b.unwrap() = a;
    *c = a;
    text.get_mut().clear();
    Ok(())
}

// case: Two names of a pattern are bound by `ref mut`.
#[retry_on_error]
#[transactional]
async fn ref_mut_in_a_pattern(
    session: &mut Session<Sqlite>,
    (ref mut a, [b, ref mut c]): (u8, [u8; 2]),
) -> Result<(), sqlx::Error> {
    *a += b;
    *c += b;
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
