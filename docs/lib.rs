//! The page of this directory. Its examples are compiled and run as doctests; `build.rs` adds the
//! checks.
#![doc = include_str!(concat!(env!("OUT_DIR"), "/frameworks.md"))]

use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, retry_on_error, transactional};

/// The function that the examples call; `frameworks.md` shows it.
///
/// # Errors
/// The error of the database.
#[retry_on_error]
#[transactional]
pub async fn place(session: &mut Session<Sqlite>, item: String) -> Result<i64, sqlx::Error> {
    let placed = sqlx::query("INSERT INTO orders (item) VALUES (?)")
        .bind(item)
        .execute(session)
        .await?;
    Ok(placed.last_insert_rowid())
}

/// Opens a database in memory, with the table of the examples.
///
/// # Errors
/// The error of the database.
pub async fn database() -> Result<Db<Sqlite>, sqlx::Error> {
    let db = Db::connect("sqlite::memory:").await?;
    sqlx::query("CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT UNIQUE)")
        .execute(db.pool())
        .await?;
    Ok(db)
}
