//! A session is moved out of its reference.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _owned = *session;
    Ok(())
}

fn main() {}
