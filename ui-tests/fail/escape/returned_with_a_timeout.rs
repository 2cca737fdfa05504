//! A session of a call with a deadline is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(timeout = "1s")]
async fn escape<'a>(session: &mut Session<Sqlite>) -> Result<&'a mut Session<Sqlite>, sqlx::Error> {
    Ok(session)
}

fn main() {}
