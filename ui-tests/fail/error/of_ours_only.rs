//! The error knows failures of the transaction, but none of the database.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

struct Failed;

impl From<sqlx_transactional::Error> for Failed {
    fn from(_: sqlx_transactional::Error) -> Self {
        Self
    }
}

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), Failed> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

fn main() {}
