//! A session is returned, and the compiler is left to find out for how long.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<&mut Session<Sqlite>, sqlx::Error> {
    Ok(session)
}

fn main() {}
