//! A session is put into a cell of the caller.

use std::sync::OnceLock;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'c>(session: &mut Session<Sqlite>, cell: &OnceLock<&'c mut Session<Sqlite>>) -> Result<(), sqlx::Error> {
    cell.set(session).ok();
    Ok(())
}

fn main() {}
