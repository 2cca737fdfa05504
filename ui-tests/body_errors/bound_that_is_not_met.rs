//! A bound of a generic function is not met.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

fn show<T: std::fmt::Display>(value: T) {
    println!("{value}");
}

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    show(session);
    Ok(1)
}
