//! A future that uses the session is returned.

use std::{future::poll_fn, task::Poll};

use futures_util::future::BoxFuture;
use sqlx::{Executor as _, Sqlite, sqlite::SqliteRow};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A statement is returned before it is awaited.
#[transactional]
async fn returned_as_a_future<'r>(
    session: &mut Session<Sqlite>,
) -> Result<BoxFuture<'r, Result<Option<SqliteRow>, sqlx::Error>>, sqlx::Error> {
    Ok(session.fetch_optional("SELECT 1"))
}

// case: A joined call is returned before it is awaited.
#[transactional]
async fn returned_as_a_joined_call<'r>(
    session: &mut Session<Sqlite>,
) -> Result<BoxFuture<'r, Result<(), sqlx::Error>>, sqlx::Error> {
    Ok(Box::pin(joined(session)))
}

// case: A joined call is returned behind `impl Future`.
#[transactional]
async fn returned_as_a_raw_future(
    session: &mut Session<Sqlite>,
) -> Result<impl Future<Output = Result<(), sqlx::Error>>, sqlx::Error> {
    Ok(joined(session))
}

// case: An async block that would use the session later is returned.
#[transactional]
async fn returned_as_an_async_block(
    session: &mut Session<Sqlite>,
) -> Result<impl Future<Output = ()>, sqlx::Error> {
    Ok(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    })
}

// case: An async closure that captures the session is returned.
#[transactional]
async fn returned_by_an_async_closure(
    session: &mut Session<Sqlite>,
) -> Result<impl AsyncFnMut(), sqlx::Error> {
    Ok(async move || {
        sqlx::query("SELECT 1").execute(&mut *session).await.ok();
    })
}

// case: A future of `poll_fn` that captures the session is returned.
#[transactional]
async fn polled_by_a_returned_future(
    session: &mut Session<Sqlite>,
) -> Result<impl Future<Output = ()>, sqlx::Error> {
    Ok(poll_fn(move |_| {
        session.set_rollback_only();
        Poll::Ready(())
    }))
}

fn main() {}
