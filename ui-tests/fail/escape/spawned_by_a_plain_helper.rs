//! A plain helper moves the session of its caller into a task.

use sqlx::Sqlite;
use sqlx_transactional::Session;

async fn helper(session: &mut Session<Sqlite>) {
    tokio::spawn(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    });
}

fn main() {}
