//! A session joins a function that needs a stronger isolation level.

use sqlx::Sqlite;
use sqlx_transactional::{
    ReadCommitted, ReadOnly, RepeatableRead, Serializable, Session, transactional,
};

// case: A session at the default level is handed to a nested call that needs SERIALIZABLE.
#[transactional(nested)]
async fn nested(session: &mut Session<Sqlite, Serializable>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn weaker_into_a_nested_call(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    nested(session).await
}

// case: A session at the default level is handed to a report that needs SERIALIZABLE.
#[transactional]
async fn report(session: &mut Session<Sqlite, ReadOnly<Serializable>>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn weaker_into_a_serializable_report(
    session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    report(&mut *session).await
}

// case: A report at READ COMMITTED joins a report at REPEATABLE READ.
#[transactional]
async fn repeat(
    session: &mut Session<Sqlite, ReadOnly<RepeatableRead>>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn weaker_into_a_stronger_report(
    session: &mut Session<Sqlite, ReadOnly<ReadCommitted>>,
) -> Result<(), sqlx::Error> {
    repeat(session).await
}

// case: A session at READ COMMITTED is handed to a function that needs REPEATABLE READ.
#[transactional]
async fn repeatable_read(session: &mut Session<Sqlite, RepeatableRead>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn weaker_into_repeatable_read(
    session: &mut Session<Sqlite, ReadCommitted>,
) -> Result<(), sqlx::Error> {
    repeatable_read(&mut *session).await
}

fn main() {}
