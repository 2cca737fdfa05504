//! The session leaves an attempt, or is used twice at once.

use std::sync::Mutex;

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: The session is stored in an argument, for the next attempt to find.
#[retry_on_error]
#[transactional]
async fn session_kept_in_an_argument<'a>(
    session: &mut Session<Sqlite>,
    kept: &Mutex<Option<&'a mut Session<Sqlite>>>,
) -> Result<(), sqlx::Error> {
    *kept.lock().unwrap() = Some(session);
    Ok(())
}

// case: The session is returned from an attempt.
#[retry_on_error]
#[transactional]
async fn session_returned<'r>(
    session: &mut Session<Sqlite>,
) -> Result<&'r mut Session<Sqlite>, sqlx::Error> {
    Ok(session)
}

// case: The session is moved into a task.
#[retry_on_error]
#[transactional]
async fn session_spawned(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    tokio::spawn(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    });
    Ok(())
}

// case: Two statements run at once.
#[retry_on_error]
#[transactional]
async fn session_used_twice_at_once(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let one = sqlx::query("SELECT 1").execute(&mut *session);
    let other = sqlx::query("SELECT 2").execute(&mut *session);
    tokio::try_join!(one, other)?;
    Ok(())
}

fn main() {}
