//! A statement is returned that nobody has awaited yet.

use futures_util::future::BoxFuture;
use sqlx::Sqlite;
use sqlx::{Executor as _, sqlite::SqliteRow};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'r>(session: &mut Session<Sqlite>) -> Result<BoxFuture<'r, Result<Option<SqliteRow>, sqlx::Error>>, sqlx::Error> {
    Ok(session.fetch_optional("SELECT 1"))
}

fn main() {}
