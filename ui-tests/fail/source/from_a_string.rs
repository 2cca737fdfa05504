//! `from` is neither a pool nor a `Db`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(from = &url)]
async fn transfer(url: String, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
