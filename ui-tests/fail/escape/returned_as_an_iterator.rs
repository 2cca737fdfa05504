//! An iterator that captures the session is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<impl Iterator<Item = u32>, sqlx::Error> {
    Ok((0..3).map(move |_| session.attempt()))
}

fn main() {}
