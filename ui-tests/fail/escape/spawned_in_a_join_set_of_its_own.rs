//! A session is moved into a task of a set that the function itself awaits: a task must own what it uses.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    });
    tasks.join_all().await;
    Ok(())
}

fn main() {}
