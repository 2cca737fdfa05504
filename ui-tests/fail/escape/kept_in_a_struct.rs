//! An async block that would use the session later is put into a struct of the caller.

use futures_util::future::BoxFuture;
use sqlx::{Sqlite, sqlite::SqliteQueryResult};
use sqlx_transactional::{Session, transactional};

struct Later<'l> {
    work: Option<BoxFuture<'l, Result<SqliteQueryResult, sqlx::Error>>>,
}

#[transactional]
async fn escape(session: &mut Session<Sqlite>, later: &mut Later<'_>) -> Result<(), sqlx::Error> {
    later.work = Some(Box::pin(async move { sqlx::query("SELECT 1").execute(session).await }));
    Ok(())
}

fn main() {}
