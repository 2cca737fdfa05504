//! A session is said to be `'static`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _session: &'static mut Session<Sqlite> = session;
    Ok(())
}

fn main() {}
