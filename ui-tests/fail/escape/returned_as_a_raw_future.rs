//! A joined call is returned behind `impl Future`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<impl Future<Output = Result<(), sqlx::Error>>, sqlx::Error> {
    Ok(joined(session))
}

fn main() {}
