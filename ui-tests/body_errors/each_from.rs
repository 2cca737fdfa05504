//! The common mistakes, in functions whose session is injected.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional(from = pool)]
pub async fn tail(session: &mut Session<Sqlite>, pool: &SqlitePool, name: String) -> Result<i64, sqlx::Error> {
    Ok("one")
}

#[transactional(from = pool)]
pub async fn question_mark(session: &mut Session<Sqlite>, pool: &SqlitePool, name: String) -> Result<i64, sqlx::Error> {
    let count: i64 = "1".parse()?;
    Ok(count)
}

#[transactional(from = pool)]
pub async fn wrong_let(session: &mut Session<Sqlite>, pool: &SqlitePool, name: String) -> Result<i64, sqlx::Error> {
    let count: i64 = "one";
    Ok(count)
}

#[transactional(from = pool)]
pub async fn use_after_move(session: &mut Session<Sqlite>, pool: &SqlitePool, name: String) -> Result<i64, sqlx::Error> {
    drop(name);
    Ok(name.len() as i64)
}

#[transactional(from = pool)]
pub async fn two_borrows(session: &mut Session<Sqlite>, pool: &SqlitePool, name: String) -> Result<i64, sqlx::Error> {
    let (first, second) = (&mut *session, &mut *session);
    sqlx::query("SELECT 1").execute(first).await?;
    sqlx::query("SELECT 1").execute(second).await?;
    Ok(1)
}

#[transactional(from = pool)]
pub async fn missing_tail(session: &mut Session<Sqlite>, pool: &SqlitePool, name: String) -> Result<i64, sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut *session).await?;
}

#[transactional(from = pool)]
pub async fn unknown(session: &mut Session<Sqlite>, pool: &SqlitePool, name: String) -> Result<i64, sqlx::Error> {
    session.nothing();
    nowhere(name);
    Ok(1)
}

#[transactional(from = pool)]
pub async fn wrong_return(session: &mut Session<Sqlite>, pool: &SqlitePool, name: String) -> Result<i64, sqlx::Error> {
    if session.attempt() > 1 {
        return Ok("one");
    }
    Ok(1)
}

#[transactional(from = pool)]
pub async fn missing_await(session: &mut Session<Sqlite>, pool: &SqlitePool, name: String) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT 1").fetch_one(session)
}

#[transactional(from = pool)]
pub async fn lifetime(session: &mut Session<Sqlite>, pool: &SqlitePool, name: String) -> Result<i64, sqlx::Error> {
    let kept: &'static str = &name;
    Ok(kept.len() as i64)
}
