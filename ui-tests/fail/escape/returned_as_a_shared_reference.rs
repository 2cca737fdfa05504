//! A shared reference to the session is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>) -> Result<&'a Session<Sqlite>, sqlx::Error> {
    Ok(session)
}

fn main() {}
