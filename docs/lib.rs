//! The page of this directory, whose examples are compiled and run as doctests; `build.rs` adds
//! what checks them.
#![doc = include_str!(concat!(env!("OUT_DIR"), "/frameworks.md"))]

use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, retry_on_error, transactional};

/// What the examples call: `frameworks.md` shows it.
///
/// # Errors
/// What the database says.
#[retry_on_error]
#[transactional]
pub async fn place(session: &mut Session<Sqlite>, item: String) -> Result<i64, sqlx::Error> {
    let placed = sqlx::query("INSERT INTO orders (item) VALUES (?)")
        .bind(item)
        .execute(session)
        .await?;
    Ok(placed.last_insert_rowid())
}

/// A database in memory with the table of the examples.
///
/// # Errors
/// What the database says.
pub async fn database() -> Result<Db<Sqlite>, sqlx::Error> {
    let db = Db::connect("sqlite::memory:").await?;
    sqlx::query("CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT UNIQUE)")
        .execute(db.pool())
        .await?;
    Ok(db)
}
