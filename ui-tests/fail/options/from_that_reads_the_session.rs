//! `from` reads the session that it makes.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(from = session.pool())]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
