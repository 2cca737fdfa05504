//! A row stream is returned behind `impl Stream`.

use futures_util::stream::Stream;
use sqlx::{Sqlite, sqlite::SqliteRow};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<impl Stream<Item = Result<SqliteRow, sqlx::Error>>, sqlx::Error> {
    Ok(sqlx::query("SELECT 1").fetch(session))
}

fn main() {}
