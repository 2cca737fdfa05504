//! A function with a mode that is a parameter is used.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer<M: ?Sized + Send>(session: &mut Session<Sqlite, M>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn caller(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    transfer(session).await
}

fn main() {}
