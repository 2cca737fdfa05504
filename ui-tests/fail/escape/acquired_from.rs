//! A session is not a pool: nothing can be acquired from it.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.acquire().await?;
    Ok(())
}

fn main() {}
