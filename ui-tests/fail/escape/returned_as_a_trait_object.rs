//! A session is returned behind a trait that says nothing of it.

use std::fmt::Debug;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<Box<dyn Debug>, sqlx::Error> {
    Ok(Box::new(session))
}

fn main() {}
