//! A session is used while a joined call has not been awaited.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let call = joined(&mut *session);
    session.set_rollback_only();
    call.await?;
    Ok(())
}

fn main() {}
