//! A type parameter lacks a bound.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body<T>(session: &mut Session<Sqlite>, value: T) -> Result<i64, sqlx::Error> {
    println!("{value}");
    Ok(session.attempt().into())
}
