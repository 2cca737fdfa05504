//! The connection of a session outlives it, or is used beside it.

use sqlx::{Sqlite, SqliteConnection};
use sqlx_transactional::{Session, transactional};

// case: The connection is kept by the caller.
#[transactional]
async fn connection_kept<'a>(
    session: &mut Session<Sqlite>,
    place: &mut Option<&'a mut SqliteConnection>,
) -> Result<(), sqlx::Error> {
    *place = Some(session.connection().await?);
    Ok(())
}

// case: The connection is returned.
#[transactional]
async fn connection_returned<'a>(
    session: &mut Session<Sqlite>,
) -> Result<&'a mut SqliteConnection, sqlx::Error> {
    session.connection().await
}

// case: The connection is moved into a task.
#[transactional]
async fn connection_spawned(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let connection = session.connection().await?;
    tokio::spawn(async move {
        sqlx::query("SELECT 1").execute(connection).await.ok();
    });
    Ok(())
}

// case: The connection is moved out of its reference.
#[transactional]
async fn connection_owned(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _connection = *session.connection().await?;
    Ok(())
}

// case: The connection and the session are used together.
#[transactional]
async fn connection_used_beside_the_session(
    session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    let connection = session.connection().await?;
    sqlx::query("SELECT 1").execute(&mut *session).await?;
    sqlx::query("SELECT 1").execute(connection).await?;
    Ok(())
}

fn main() {}
