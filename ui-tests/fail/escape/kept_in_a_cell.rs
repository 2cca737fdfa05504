//! A session is put into a cell of the caller.

use std::cell::Cell;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>, cell: &Cell<Option<&'a mut Session<Sqlite>>>) -> Result<(), sqlx::Error> {
    cell.set(Some(session));
    Ok(())
}

fn main() {}
