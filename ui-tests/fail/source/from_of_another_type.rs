//! `from` is neither `&Pool` nor `&Db` of the session's database.

use sqlx::{PgPool, Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

// case: `from` is a session.
#[transactional(from = outer)]
async fn from_a_session(
    outer: &mut Session<Sqlite>,
    #[session] session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `from` is a `&String`.
#[transactional(from = &url)]
async fn from_a_string(url: String, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `from` is a pool of PostgreSQL for a session on SQLite.
#[transactional(from = &pool)]
async fn from_another_database(
    pool: PgPool,
    session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `from` is a pool without `&`.
#[transactional(from = pool)]
async fn from_by_value(pool: SqlitePool, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `from` makes a pool of its own.
#[transactional(from = pool.clone())]
async fn from_an_owned_pool(
    pool: &SqlitePool,
    session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
