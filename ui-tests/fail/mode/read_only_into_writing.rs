//! A session that only reads joins a function that may write.

use sqlx::Sqlite;
use sqlx_transactional::{ReadOnly, Serializable, Session, transactional};

#[transactional]
async fn writes(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A read-only session is handed to a function that writes.
#[transactional]
async fn read_only_into_writing(
    session: &mut Session<Sqlite, ReadOnly>,
) -> Result<(), sqlx::Error> {
    writes(&mut *session).await
}

// case: A read-only session, though SERIALIZABLE, is handed to a function that writes.
#[transactional]
async fn serializable(session: &mut Session<Sqlite, Serializable>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn read_only_into_serializable(
    session: &mut Session<Sqlite, ReadOnly<Serializable>>,
) -> Result<(), sqlx::Error> {
    serializable(&mut *session).await
}

// case: A serializable session that only reads joins a function that may write.
#[transactional]
async fn serializable_report_into_writing(
    session: &mut Session<Sqlite, ReadOnly<Serializable>>,
) -> Result<(), sqlx::Error> {
    writes(session).await
}

// case: A session behind an alias only reads.
type Report = Session<Sqlite, ReadOnly>;

#[transactional]
async fn deletes(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM orders").execute(session).await?;
    Ok(())
}

#[transactional]
async fn of_an_alias(#[session] session: &mut Report) -> Result<(), sqlx::Error> {
    deletes(session).await
}

fn main() {}
