//! A session is moved into a task of a set that the caller has.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>, tasks: &mut tokio::task::JoinSet<()>) -> Result<(), sqlx::Error> {
    tasks.spawn(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    });
    Ok(())
}

fn main() {}
