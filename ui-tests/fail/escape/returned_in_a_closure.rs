//! A closure that holds the session is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'r>(session: &mut Session<Sqlite>) -> Result<Box<dyn FnOnce() -> String + 'r>, sqlx::Error> {
    Ok(Box::new(move || format!("{session:?}")))
}

fn main() {}
