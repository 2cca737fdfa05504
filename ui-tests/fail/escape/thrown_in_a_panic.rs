//! A session is the payload of a panic.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    std::panic::panic_any(session);
}

fn main() {}
