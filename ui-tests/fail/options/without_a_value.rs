//! Options that need a value have none.

use sqlx::{Postgres, Sqlite};
use sqlx_transactional::{Session, transactional};

// case: `timeout` has no value.
#[transactional(timeout)]
async fn timeout_without_a_value(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `lock_timeout` has no value.
#[transactional(lock_timeout)]
async fn lock_timeout_without_a_value(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `durability` has no value.
#[transactional(durability)]
async fn durability_without_a_value(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `crate` has no value.
#[transactional(crate)]
async fn crate_without_a_value(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `from` has no value.
#[transactional(from)]
async fn from_without_a_value(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `from` has an empty value.
#[transactional(from =)]
async fn from_with_nothing(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `map_err` has no value.
#[transactional(map_err)]
async fn map_err_without_a_value(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `name` has an empty value.
#[transactional(name =)]
async fn name_without_a_value(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
