//! A session is put into a static.

use std::sync::Mutex;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

static KEPT: Mutex<Option<&'static mut Session<Sqlite>>> = Mutex::new(None);

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    if let Ok(mut kept) = KEPT.lock() {
        *kept = Some(session);
    }
    Ok(())
}

fn main() {}
