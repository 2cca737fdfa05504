//! A session is not rolled back by hand: returning an `Err` does it, and `set_rollback_only` beside an `Ok`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.rollback().await?;
    Ok(())
}

fn main() {}
