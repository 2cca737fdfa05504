//! Values of another kind than the option takes.

use sqlx::{Postgres, Sqlite};
use sqlx_transactional::{Session, transactional};

// case: `from` awaits.
#[transactional(from = &sqlx_transactional::Db::<Sqlite>::connect("sqlite::memory:").await?)]
async fn from_that_awaits(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `crate` is a string.
#[transactional(crate = "sqlx_transactional")]
async fn crate_as_a_string(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `crate` begins with `Self`.
#[transactional(crate = Self::runtime)]
async fn crate_of_a_type(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `durability` is a string.
#[transactional(durability = "relaxed")]
async fn durability_as_a_string(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `durability` has a word that does not exist.
#[transactional(durability = strict)]
async fn durability_of_another_kind(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `name` is a constant.
const NAME: &str = "transfer";

#[transactional(name = NAME)]
async fn name_as_a_constant(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `name` is empty.
#[transactional(name = "")]
async fn name_that_is_empty(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `map_err` is a closure.
#[transactional(map_err = |error| error.to_string())]
async fn map_err_as_a_closure(session: &mut Session<Sqlite>) -> Result<(), String> {
    sqlx::query("SELECT 1")
        .execute(session)
        .await
        .map_err(|error| error.to_string())?;
    Ok(())
}

fn main() {}
