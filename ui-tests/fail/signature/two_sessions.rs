//! Two arguments are sessions.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn copy(from: &mut Session<Sqlite>, to: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(from).await?;
    sqlx::query("SELECT 1").execute(to).await?;
    Ok(())
}

fn main() {}
