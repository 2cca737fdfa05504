//! A `const async fn` is annotated.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
const async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
