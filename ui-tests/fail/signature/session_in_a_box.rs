//! The session is in a box.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: Box<Session<Sqlite>>) -> Result<(), sqlx::Error> {
    drop(session);
    Ok(())
}

fn main() {}
