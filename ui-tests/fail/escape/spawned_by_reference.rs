//! A task borrows the session, and is awaited: a task must own what it uses.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let task = tokio::spawn(async {
        sqlx::query("SELECT 1").execute(&mut *session).await.ok();
    });
    task.await.ok();
    Ok(())
}

fn main() {}
