//! A session is returned from the middle of the body.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>) -> Result<Option<&'a mut Session<Sqlite>>, sqlx::Error> {
    if session.attempt() > 1 {
        return Ok(Some(session));
    }
    Ok(None)
}

fn main() {}
