//! A session is passed to a helper that takes a connection.

use sqlx::{Sqlite, SqliteConnection};
use sqlx_transactional::{Session, transactional};

async fn helper(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(connection).await?;
    Ok(())
}

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    helper(session).await
}

fn main() {}
