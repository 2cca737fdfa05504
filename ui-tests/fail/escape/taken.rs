//! A session is taken out of its place.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    std::mem::take(session);
    Ok(())
}

fn main() {}
