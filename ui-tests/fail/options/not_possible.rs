//! Options that the database, or the mode of the session, rules out.

use sqlx::{MySql, Postgres, Sqlite};
use sqlx_transactional::{ReadOnly, Serializable, Session, transactional};

// case: `deferrable` on MySQL.
#[transactional(deferrable)]
async fn deferrable_on_mysql(
    session: &mut Session<MySql, ReadOnly<Serializable>>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `deferrable` on SQLite.
#[transactional(deferrable)]
async fn deferrable_on_sqlite(
    session: &mut Session<Sqlite, ReadOnly<Serializable>>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `durability = relaxed` on MySQL.
#[transactional(durability = relaxed)]
async fn durability_on_mysql(session: &mut Session<MySql>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `durability = relaxed` on SQLite.
#[transactional(durability = relaxed)]
async fn durability_on_sqlite(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `deferrable` on a session that writes.
#[transactional(deferrable)]
async fn deferrable_on_a_mode_that_writes(
    session: &mut Session<Postgres, Serializable>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `deferrable` on a report that is not serializable.
#[transactional(deferrable)]
async fn deferrable_on_a_weaker_report(
    session: &mut Session<Postgres, ReadOnly>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
