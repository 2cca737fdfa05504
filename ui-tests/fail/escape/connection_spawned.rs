//! The connection is moved into a task.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let connection = session.connection().await?;
    tokio::spawn(async move {
        sqlx::query("SELECT 1").execute(connection).await.ok();
    });
    Ok(())
}

fn main() {}
