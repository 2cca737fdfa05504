//! The session is stored in an argument, for the next attempt to find.

use std::sync::Mutex;

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

#[retry_on_error]
#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>, kept: &Mutex<Option<&'a mut Session<Sqlite>>>) -> Result<(), sqlx::Error> {
    *kept.lock().unwrap() = Some(session);
    Ok(())
}

fn main() {}
