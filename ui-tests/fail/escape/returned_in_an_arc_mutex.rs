//! A session is shared behind a mutex, and returned.

use std::sync::{Arc, Mutex};

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>) -> Result<Arc<Mutex<&'a mut Session<Sqlite>>>, sqlx::Error> {
    Ok(Arc::new(Mutex::new(session)))
}

fn main() {}
