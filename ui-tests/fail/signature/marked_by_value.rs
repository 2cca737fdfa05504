//! What is marked is taken by value.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

type Tx = Session<Sqlite>;

#[transactional]
async fn transfer(#[session] session: Tx) -> Result<(), sqlx::Error> {
    drop(session);
    Ok(())
}

fn main() {}
