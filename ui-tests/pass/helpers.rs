//! Functions without the attribute that annotated functions call. They take a session, or anything
//! that runs statements.
#![deny(warnings)]

use std::pin::Pin;

use sqlx::{Executor, IntoArguments, Sqlite};
use sqlx_transactional::{Driver, ReadOnly, Session, transactional};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

async fn plain(session: &mut Session<Sqlite>, id: i64) -> Result<i64> {
    sqlx::query_scalar("SELECT ?")
        .bind(id)
        .fetch_one(session)
        .await
}

async fn read_only(session: &mut Session<Sqlite, ReadOnly>) -> Result<i64> {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await
}

async fn any_mode<M: ?Sized + Send>(session: &mut Session<Sqlite, M>) -> Result<i64> {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await
}

async fn any_database<DB: Driver>(session: &mut Session<DB>) -> Result {
    sqlx::raw_sql("SELECT 1").execute(session).await?;
    Ok(())
}

async fn executor(executor: impl Executor<'_, Database = Sqlite>) -> Result<i64> {
    sqlx::query_scalar("SELECT 1").fetch_one(executor).await
}

async fn any_executor<'e, DB, E>(executor: E) -> Result
where
    DB: sqlx::Database,
    DB::Arguments: IntoArguments<DB>,
    E: Executor<'e, Database = DB>,
{
    sqlx::query("SELECT 1").execute(executor).await?;
    Ok(())
}

#[transactional]
async fn calls_them(session: &mut Session<Sqlite>) -> Result<i64> {
    let mut sum = plain(session, 2).await? + plain(session, 3).await?;
    sum += read_only(session).await?;
    sum += any_mode(session).await?;
    any_database(session).await?;
    sum += executor(&mut *session).await?;
    any_executor(&mut *session).await?;
    Ok(sum + calls_them_back(session).await?)
}

/// A plain helper that calls annotated functions, which join.
async fn calls_them_back(session: &mut Session<Sqlite>) -> Result<i64> {
    Ok(leaf(&mut *session).await? + leaf(session).await?)
}

#[transactional]
async fn leaf(session: &mut Session<Sqlite>) -> Result<i64> {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await
}

/// Recursion needs a plain helper. An annotated function that calls itself overflows the check of
/// `Send`.
#[transactional]
async fn tree(session: &mut Session<Sqlite>, depth: u32) -> Result<i64> {
    Ok(walk(session, depth).await? + walk_boxed(session, depth).await?)
}

async fn walk(session: &mut Session<Sqlite>, depth: u32) -> Result<i64> {
    let here = leaf(&mut *session).await?;
    if depth == 0 {
        Ok(here)
    } else {
        Ok(here + Box::pin(walk(session, depth - 1)).await?)
    }
}

fn walk_boxed(
    session: &mut Session<Sqlite>,
    depth: u32,
) -> Pin<Box<dyn Future<Output = Result<i64>> + Send + '_>> {
    Box::pin(async move {
        let here = leaf(&mut *session).await?;
        if depth == 0 {
            Ok(here)
        } else {
            Ok(here + walk_boxed(session, depth - 1).await?)
        }
    })
}

/// A closure makes a value of an annotated function.
async fn run<F>(db: &sqlx_transactional::Db<Sqlite>, function: F) -> Result<i64>
where
    F: AsyncFn(&sqlx_transactional::Db<Sqlite>) -> Result<i64>,
{
    function(db).await
}

#[tokio::test]
async fn helpers() -> Result {
    let db = database().await;
    assert_eq!(sent(calls_them(&db)).await?, 10);
    assert_eq!(sent(tree(&db, 3)).await?, 8);
    assert_eq!(run(&db, async |db| leaf(db).await).await?, 1);
    Ok(())
}
