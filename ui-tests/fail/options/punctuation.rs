//! Options without their name, or without a comma between them.

use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, transactional};

// case: Commas without options between them.
#[transactional(nested,, timeout = "2s")]
async fn commas_without_options(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A value has no name of an option.
#[transactional("2s")]
async fn not_a_name(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A word follows a value without a comma.
#[transactional(nested, name = "transfer" timeout)]
async fn value_without_a_comma(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: Two options without a comma between them.
#[transactional(requires_new timeout = "2s")]
async fn without_a_comma(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: Options have the form of another one, or no comma between them.
#[transactional(timeout("2s"), "name", requires_new from = &db)]
async fn in_another_form(
    session: &mut Session<Sqlite>,
    db: &Db<Sqlite>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
