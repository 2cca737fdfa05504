//! `from` has a value that is no expression.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(from = &, nested)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
