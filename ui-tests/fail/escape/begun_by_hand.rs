//! Nothing is begun on a session: a nested call runs in a savepoint.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn begins(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.begin().await?;
    Ok(())
}

fn main() {}
