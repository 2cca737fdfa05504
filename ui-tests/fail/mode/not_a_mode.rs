//! The mode is some other type.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

struct Strict;

#[transactional]
async fn strict(session: &mut Session<Sqlite, Strict>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
