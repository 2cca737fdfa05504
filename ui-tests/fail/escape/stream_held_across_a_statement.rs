//! A row stream is still held when the next statement runs.

use futures_util::TryStreamExt as _;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query("SELECT 1").fetch(&mut *session);
    let first = rows.try_next().await?;
    sqlx::query("SELECT 2").execute(&mut *session).await?;
    let second = rows.try_next().await?;
    drop((first, second));
    Ok(())
}

fn main() {}
