//! A row stream is kept by the caller.

use futures_util::stream::BoxStream;
use sqlx::{Sqlite, sqlite::SqliteRow};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>, place: &mut Option<BoxStream<'a, Result<SqliteRow, sqlx::Error>>>) -> Result<(), sqlx::Error> {
    *place = Some(sqlx::query("SELECT 1").fetch(session));
    Ok(())
}

fn main() {}
