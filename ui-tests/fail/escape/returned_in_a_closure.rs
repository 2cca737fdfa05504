//! A closure that holds the session is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<Box<dyn FnOnce() + '_>, sqlx::Error> {
    Ok(Box::new(move || drop(session)))
}

fn main() {}
