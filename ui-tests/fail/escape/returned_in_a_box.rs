//! A session is returned in a box.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'r>(session: &mut Session<Sqlite>) -> Result<Box<&'r mut Session<Sqlite>>, sqlx::Error> {
    Ok(Box::new(session))
}

fn main() {}
