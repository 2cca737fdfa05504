//! A boxed closure that holds the session is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<Box<dyn FnMut() -> u32 + Send>, sqlx::Error> {
    Ok(Box::new(move || session.attempt()))
}

fn main() {}
