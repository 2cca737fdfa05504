//! A session is put behind a mutex of the caller.

use std::sync::Mutex;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'m>(session: &mut Session<Sqlite>, kept: &Mutex<Option<&'m mut Session<Sqlite>>>) -> Result<(), sqlx::Error> {
    if let Ok(mut kept) = kept.lock() {
        *kept = Some(session);
    }
    Ok(())
}

fn main() {}
