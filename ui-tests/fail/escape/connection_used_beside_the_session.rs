//! The connection and the session are used together.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let connection = session.connection().await?;
    sqlx::query("SELECT 1").execute(&mut *session).await?;
    sqlx::query("SELECT 1").execute(connection).await?;
    Ok(())
}

fn main() {}
