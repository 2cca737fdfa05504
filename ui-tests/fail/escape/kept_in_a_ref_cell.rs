//! A session is put into a `RefCell` of the caller.

use std::cell::RefCell;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>, cell: &RefCell<Vec<&'a mut Session<Sqlite>>>) -> Result<(), sqlx::Error> {
    cell.borrow_mut().push(session);
    Ok(())
}

fn main() {}
