//! A hook captures the connection.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let connection = session.connection().await?;
    session.after_commit(async move {
        sqlx::query("SELECT 1").execute(connection).await.ok();
    });
    Ok(())
}

fn main() {}
