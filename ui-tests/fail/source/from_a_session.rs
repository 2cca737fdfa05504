//! `from` is a session, which would not begin a transaction of its own.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(from = outer)]
async fn transfer(outer: &mut Session<Sqlite>, #[session] session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
