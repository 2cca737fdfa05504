//! A session has no `begin`: a function that joins is what runs inside of it.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn begins(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.begin().await?;
    Ok(())
}

fn main() {}
