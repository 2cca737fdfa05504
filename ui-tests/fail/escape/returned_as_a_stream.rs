//! A row stream is returned: it would read after the transaction has ended.

use futures_util::stream::BoxStream;
use sqlx::Sqlite;
use sqlx::sqlite::SqliteRow;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'r>(session: &mut Session<Sqlite>) -> Result<BoxStream<'r, Result<SqliteRow, sqlx::Error>>, sqlx::Error> {
    Ok(sqlx::query("SELECT 1").fetch(session))
}

fn main() {}
