//! An `extern` function is annotated.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
extern "C" fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _ = session;
    Ok(())
}

fn main() {}
