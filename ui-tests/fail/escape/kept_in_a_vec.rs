//! A session is pushed into a vector of the caller.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'v>(session: &mut Session<Sqlite>, kept: &mut Vec<&'v mut Session<Sqlite>>) -> Result<(), sqlx::Error> {
    kept.push(session);
    Ok(())
}

fn main() {}
