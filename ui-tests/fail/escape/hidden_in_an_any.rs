//! A session becomes an `Any`.

use std::any::Any;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<Box<dyn Any + Send>, sqlx::Error> {
    Ok(Box::new(session))
}

fn main() {}
