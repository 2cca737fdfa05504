//! A session of a savepoint is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(nested)]
async fn escape<'a>(session: &mut Session<Sqlite>) -> Result<&'a mut Session<Sqlite>, sqlx::Error> {
    Ok(session)
}

fn main() {}
