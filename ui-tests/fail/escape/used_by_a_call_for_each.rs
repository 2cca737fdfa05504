//! A joined call for each of many, all at once on one session.

use futures_util::future::try_join_all;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn joined(session: &mut Session<Sqlite>, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT ?").bind(id).execute(session).await?;
    Ok(())
}

#[transactional]
async fn all(session: &mut Session<Sqlite>, ids: Vec<i64>) -> Result<(), sqlx::Error> {
    try_join_all(ids.into_iter().map(|id| joined(&mut *session, id))).await?;
    Ok(())
}

fn main() {}
