//! A reborrow of the session is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>) -> Result<&'a mut Session<Sqlite>, sqlx::Error> {
    Ok(&mut *session)
}

fn main() {}
