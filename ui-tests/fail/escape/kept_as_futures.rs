//! A future that uses the session is kept by the caller.

use std::pin::Pin;

use futures_util::{
    future::BoxFuture,
    stream::{BoxStream, FuturesUnordered},
};
use sqlx::{
    Sqlite,
    sqlite::{SqliteQueryResult, SqliteRow},
};
use sqlx_transactional::{Session, transactional};

// case: A boxed future that uses the session is pushed into a vector of the caller.
#[transactional]
async fn boxed_as_a_future(
    session: &mut Session<Sqlite>,
    kept: &mut Vec<Pin<Box<dyn Future<Output = ()> + Send>>>,
) -> Result<(), sqlx::Error> {
    kept.push(Box::pin(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    }));
    Ok(())
}

// case: A joined call is put among the futures of the caller.
#[transactional]
async fn kept_in_futures_unordered(
    session: &mut Session<Sqlite>,
    calls: &FuturesUnordered<Pin<Box<dyn Future<Output = ()> + Send>>>,
) -> Result<(), sqlx::Error> {
    calls.push(Box::pin(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    }));
    Ok(())
}

// case: An async block that would use the session later is put into a struct of the caller.
struct Later<'l> {
    work: Option<BoxFuture<'l, Result<SqliteQueryResult, sqlx::Error>>>,
}

#[transactional]
async fn kept_in_a_struct(
    session: &mut Session<Sqlite>,
    later: &mut Later<'_>,
) -> Result<(), sqlx::Error> {
    later.work = Some(Box::pin(async move {
        sqlx::query("SELECT 1").execute(session).await
    }));
    Ok(())
}

// case: A statement is kept by the caller, to be awaited later.
#[transactional]
async fn statement_kept<'a>(
    session: &mut Session<Sqlite>,
    kept: &mut Vec<BoxFuture<'a, Result<SqliteQueryResult, sqlx::Error>>>,
) -> Result<(), sqlx::Error> {
    kept.push(Box::pin(sqlx::query("SELECT 1").execute(session)));
    Ok(())
}

// case: A row stream is kept by the caller.
#[transactional]
async fn stream_boxed_and_kept<'a>(
    session: &mut Session<Sqlite>,
    place: &mut Option<BoxStream<'a, Result<SqliteRow, sqlx::Error>>>,
) -> Result<(), sqlx::Error> {
    *place = Some(sqlx::query("SELECT 1").fetch(session));
    Ok(())
}

fn main() {}
