//! A helper that is generic over what it keeps is given the session.

use std::any::Any;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

fn keep<T: Send + 'static>(value: T) -> Box<dyn Any + Send> {
    Box::new(value)
}

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    keep(session);
    Ok(())
}

fn main() {}
