//! A statement is kept by the caller, to be awaited later.

use futures_util::future::BoxFuture;
use sqlx::{Sqlite, sqlite::SqliteQueryResult};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>, kept: &mut Vec<BoxFuture<'a, Result<SqliteQueryResult, sqlx::Error>>>) -> Result<(), sqlx::Error> {
    kept.push(Box::pin(sqlx::query("SELECT 1").execute(session)));
    Ok(())
}

fn main() {}
