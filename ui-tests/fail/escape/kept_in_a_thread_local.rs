//! A session is put into a thread-local.

use std::cell::Cell;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

thread_local! {
    static KEPT: Cell<Option<&'static mut Session<Sqlite>>> = const { Cell::new(None) };
}

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    KEPT.set(Some(session));
    Ok(())
}

fn main() {}
