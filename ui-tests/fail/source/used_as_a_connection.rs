//! A session is used where sqlx expects a connection.

use sqlx::{Sqlite, SqliteConnection};
use sqlx_transactional::{Session, transactional};

async fn helper(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(connection).await?;
    Ok(())
}

// case: A statement runs on `&mut **session`, as on a transaction of sqlx.
#[transactional]
async fn dereferenced_twice(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut **session).await?;
    Ok(())
}

// case: A statement runs on `&mut session`.
#[transactional]
async fn statement_on_a_reference_to_the_reference(
    session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut session).await?;
    Ok(())
}

// case: A session is dereferenced to its connection.
#[transactional]
async fn dereferenced_to_a_connection(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    helper(&mut **session).await
}

// case: A session is passed to a helper that takes a connection.
#[transactional]
async fn passed_for_a_connection(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    helper(session).await
}

fn main() {}
