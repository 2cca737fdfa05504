//! The common mistakes, in functions that may run again.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

#[retry_on_error]
#[transactional]
pub async fn tail(session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
    Ok("one")
}

#[retry_on_error]
#[transactional]
pub async fn question_mark(session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
    let count: i64 = "1".parse()?;
    Ok(count)
}

#[retry_on_error]
#[transactional]
pub async fn wrong_let(session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
    let count: i64 = "one";
    Ok(count)
}

#[retry_on_error]
#[transactional]
pub async fn use_after_move(session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
    drop(name);
    Ok(name.len() as i64)
}

#[retry_on_error]
#[transactional]
pub async fn two_borrows(session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
    let (first, second) = (&mut *session, &mut *session);
    sqlx::query("SELECT 1").execute(first).await?;
    sqlx::query("SELECT 1").execute(second).await?;
    Ok(1)
}

#[retry_on_error]
#[transactional]
pub async fn missing_tail(session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut *session).await?;
}

#[retry_on_error]
#[transactional]
pub async fn unknown(session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
    session.nothing();
    nowhere(name);
    Ok(1)
}

#[retry_on_error]
#[transactional]
pub async fn wrong_return(session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
    if session.attempt() > 1 {
        return Ok("one");
    }
    Ok(1)
}

#[retry_on_error]
#[transactional]
pub async fn missing_await(session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT 1").fetch_one(session)
}

#[retry_on_error]
#[transactional]
pub async fn lifetime(session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
    let kept: &'static str = &name;
    Ok(kept.len() as i64)
}
