//! The session is returned from an attempt.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

#[retry_on_error]
#[transactional]
async fn escape<'r>(session: &mut Session<Sqlite>) -> Result<&'r mut Session<Sqlite>, sqlx::Error> {
    Ok(session)
}

fn main() {}
