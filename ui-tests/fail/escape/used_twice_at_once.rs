//! A session is used twice at once.

use futures_util::{
    StreamExt as _,
    future::{self, try_join_all},
    stream,
};
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: Two statements run at once.
#[transactional]
async fn used_twice_at_once(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let one = sqlx::query("SELECT 1").execute(&mut *session);
    let other = sqlx::query("SELECT 2").execute(&mut *session);
    tokio::try_join!(one, other)?;
    Ok(())
}

// case: Two statements are joined.
#[transactional]
async fn used_in_a_join(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let (first, second) = tokio::join!(
        sqlx::query("SELECT 1").execute(&mut *session),
        sqlx::query("SELECT 2").execute(&mut *session),
    );
    first?;
    second?;
    Ok(())
}

// case: Two branches of a `select!` use the session at once.
#[transactional]
async fn used_in_two_branches_of_a_select(
    session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    tokio::select! {
        first = sqlx::query("SELECT 1").execute(&mut *session) => first?,
        second = sqlx::query("SELECT 2").execute(&mut *session) => second?,
    };
    Ok(())
}

// case: Two async blocks use the session at once.
#[transactional]
async fn used_by_two_async_blocks(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let first = async { sqlx::query("SELECT 1").execute(&mut *session).await };
    let second = async { sqlx::query("SELECT 2").execute(&mut *session).await };
    future::try_join(first, second).await?;
    Ok(())
}

// case: Two closures capture the session.
#[transactional]
async fn used_by_two_closures(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let mut first = || session.set_rollback_only();
    let mut second = || session.set_rollback_only();
    first();
    second();
    Ok(())
}

// case: A scoped thread uses the session while the function does, too.
#[transactional]
async fn used_by_a_scoped_thread_and_here(
    session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    std::thread::scope(|scope| {
        scope.spawn(|| session.set_rollback_only());
        session.set_rollback_only();
    });
    Ok(())
}

// case: A stream runs several statements at once.
#[transactional]
async fn used_by_a_buffered_stream(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    stream::iter(0..3)
        .map(|_| sqlx::query("SELECT 1").execute(&mut *session))
        .buffer_unordered(3)
        .collect::<Vec<_>>()
        .await;
    Ok(())
}

// case: A stream of joined calls runs all of them at once.
#[transactional]
async fn joined(session: &mut Session<Sqlite>, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT ?").bind(id).execute(session).await?;
    Ok(())
}

#[transactional]
async fn used_by_a_call_for_each(
    session: &mut Session<Sqlite>,
    ids: Vec<i64>,
) -> Result<(), sqlx::Error> {
    try_join_all(ids.into_iter().map(|id| joined(&mut *session, id))).await?;
    Ok(())
}

// case: A statement takes the session, and the next one uses it again.
#[transactional]
async fn used_after_a_statement(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    sqlx::query("SELECT 2").execute(session).await?;
    Ok(())
}

// case: One session is passed for two arguments.
async fn helper(_first: &mut Session<Sqlite>, _second: &mut Session<Sqlite>) {}

#[transactional]
async fn session_twice(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    helper(session, session).await;
    Ok(())
}

fn main() {}
