//! Two joined calls at once on one session.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn twice(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    tokio::try_join!(joined(&mut *session), joined(&mut *session))?;
    Ok(())
}

fn main() {}
