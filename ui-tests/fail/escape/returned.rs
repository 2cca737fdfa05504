//! A session is returned from its function.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'r>(session: &mut Session<Sqlite>) -> Result<&'r mut Session<Sqlite>, sqlx::Error> {
    Ok(session)
}

fn main() {}
