//! A session is the payload of a panic that is resumed.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    std::panic::resume_unwind(Box::new(session))
}

fn main() {}
