//! A call with arguments that the function does not have, or of other types.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

// case: A session is passed to a function with `from`.
#[transactional(from = pool)]
async fn logs(pool: &SqlitePool, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn session_passed_beside_from(
    session: &mut Session<Sqlite>,
    pool: &SqlitePool,
) -> Result<(), sqlx::Error> {
    logs(pool, session).await
}

// case: A function is called without its session.
#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn without_a_source() -> Result<(), sqlx::Error> {
    joined().await
}

// case: A helper without `#[transactional]` is called with a pool: it needs a session.
async fn helper(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn pool_into_a_plain_helper(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    helper(pool).await
}

// case: Another argument than the session has the wrong type.
#[transactional]
async fn transfer(session: &mut Session<Sqlite>, cents: i64) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").bind(cents).execute(session).await?;
    Ok(())
}

async fn argument_of_another_type(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    transfer(pool, "5").await
}

fn main() {}
