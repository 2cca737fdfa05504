//! The session is taken apart by the signature.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(Session { .. }: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    Ok(())
}

fn main() {}
