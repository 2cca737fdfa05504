//! The session is optional.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: Option<&mut Session<Sqlite>>) -> Result<(), sqlx::Error> {
    drop(session);
    Ok(())
}

fn main() {}
