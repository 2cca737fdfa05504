//! A row stream is read by a task.

use futures_util::TryStreamExt as _;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query("SELECT 1").fetch(session);
    tokio::spawn(async move { while let Ok(Some(_)) = rows.try_next().await {} });
    Ok(())
}

fn main() {}
