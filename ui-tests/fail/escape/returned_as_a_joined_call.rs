//! A joined call is returned that nobody has awaited yet.

use futures_util::future::BoxFuture;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn escape<'r>(session: &mut Session<Sqlite>) -> Result<BoxFuture<'r, Result<(), sqlx::Error>>, sqlx::Error> {
    Ok(Box::pin(joined(session)))
}

fn main() {}
