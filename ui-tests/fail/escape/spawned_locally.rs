//! A session is moved into a task of this thread.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    tokio::task::spawn_local(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    });
    Ok(())
}

fn main() {}
