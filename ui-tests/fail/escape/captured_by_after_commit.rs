//! A hook runs after the commit, and captures the session.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.after_commit(async move {
        sqlx::query("SELECT 1").execute(&mut *session).await.ok();
    });
    Ok(())
}

fn main() {}
