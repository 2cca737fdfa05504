//! The session is moved into a task.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

#[retry_on_error]
#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    tokio::spawn(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    });
    Ok(())
}

fn main() {}
