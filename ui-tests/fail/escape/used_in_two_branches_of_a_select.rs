//! Two branches of a `select!` use the session at once.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    tokio::select! {
        first = sqlx::query("SELECT 1").execute(&mut *session) => first?,
        second = sqlx::query("SELECT 2").execute(&mut *session) => second?,
    };
    Ok(())
}

fn main() {}
