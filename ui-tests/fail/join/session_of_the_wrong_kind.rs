//! What is handed on is not `&mut *session`, or is a session of another database.

use sqlx::{Postgres, Sqlite};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A session is handed on as `&*session`.
#[transactional]
async fn session_as_a_shared_reference(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    joined(&*session).await
}

// case: A session is handed on as `&mut session`, which is a reference to the reference.
#[transactional]
async fn session_borrowed_again(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    joined(&mut session).await
}

// case: A session of SQLite is handed to a function on PostgreSQL.
#[transactional]
async fn on_postgres(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn session_of_another_database(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    on_postgres(&mut *session).await
}

fn main() {}
