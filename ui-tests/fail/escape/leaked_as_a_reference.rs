//! A reference to the session is leaked in a box.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _kept: &'static mut &'static mut Session<Sqlite> = Box::leak(Box::new(session));
    Ok(())
}

fn main() {}
