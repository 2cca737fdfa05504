//! A session comes back from a raw pointer, which is unsafe.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let pointer: *mut Session<Sqlite> = session;
    let _again = &mut *pointer;
    Ok(())
}

fn main() {}
