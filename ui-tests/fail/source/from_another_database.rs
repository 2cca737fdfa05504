//! `from` is a pool of PostgreSQL for a session on SQLite.

use sqlx::{PgPool, Sqlite};
use sqlx_transactional::{Session, transactional};

#[transactional(from = &pool)]
async fn transfer(pool: PgPool, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
