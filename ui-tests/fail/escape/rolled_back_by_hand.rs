//! A session has no `rollback`: returning an `Err` rolls back, `set_rollback_only` rolls back and returns `Ok`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.rollback().await?;
    Ok(())
}

fn main() {}
