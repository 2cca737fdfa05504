//! A session that was injected is moved into a task.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional(from = pool)]
async fn escape(pool: &SqlitePool, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    tokio::spawn(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    });
    Ok(())
}

fn main() {}
