//! The session has a lifetime that something else has too.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer<'s>(session: &'s mut Session<Sqlite>, text: &'s str) -> Result<&'s str, sqlx::Error> {
    sqlx::query("SELECT ?").bind(text).execute(session).await?;
    Ok(text)
}

fn main() {}
