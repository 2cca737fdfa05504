//! Options that contradict each other, or the session.

use sqlx::{Postgres, Sqlite, SqlitePool};
use sqlx_transactional::{Db, ReadOnly, Serializable, Session, transactional};

// case: `nested` and `requires_new`.
#[transactional(requires_new, nested)]
async fn nested_with_requires_new(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `nested` and `lock_timeout`.
#[transactional(nested, lock_timeout = "1s")]
async fn nested_with_lock_timeout(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `nested` and `deferrable`.
#[transactional(deferrable, nested)]
async fn deferrable_with_nested(
    session: &mut Session<Postgres, ReadOnly<Serializable>>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `nested` and `durability`.
#[transactional(nested, durability = relaxed)]
async fn durability_with_nested(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `nested` and `from`.
#[transactional(nested, from = pool)]
async fn from_with_nested(
    pool: &SqlitePool,
    session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `nested` and three options that begin a transaction.
#[transactional(nested, requires_new, lock_timeout = "1s", from = pool)]
async fn several_with_nested(
    pool: &SqlitePool,
    session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `requires_new` and `from`.
#[transactional(requires_new, from = db)]
async fn requires_new_with_from(
    db: &Db<Sqlite>,
    session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `deferrable` on a session without a mode.
#[transactional(deferrable)]
async fn deferrable_without_a_mode(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
