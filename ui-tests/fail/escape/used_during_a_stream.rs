//! A statement while the rows of another are being read.

use futures_util::TryStreamExt as _;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn reads(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query("SELECT 1").fetch(&mut *session);
    while rows.try_next().await?.is_some() {
        sqlx::query("SELECT 2").execute(&mut *session).await?;
    }
    Ok(())
}

fn main() {}
