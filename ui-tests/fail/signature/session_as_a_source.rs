//! The argument is written as callers see it.

use sqlx::Sqlite;
use sqlx_transactional::{ReadWrite, Source, transactional};

#[transactional]
async fn transfer(session: impl Source<'_, Sqlite, ReadWrite>) -> Result<(), sqlx::Error> {
    drop(session);
    Ok(())
}

fn main() {}
