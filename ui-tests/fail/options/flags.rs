//! Flags have a value.

use sqlx::{Postgres, Sqlite};
use sqlx_transactional::{ReadOnly, Serializable, Session, transactional};

// case: `nested` has a value.
#[transactional(nested = true)]
async fn nested_with_a_value(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `nested` has parentheses.
#[transactional(nested())]
async fn nested_with_parentheses(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `requires_new` has a value.
#[transactional(requires_new = true)]
async fn requires_new_with_a_value(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `deferrable` has a value.
#[transactional(deferrable = true)]
async fn deferrable_with_a_value(
    session: &mut Session<Postgres, ReadOnly<Serializable>>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
