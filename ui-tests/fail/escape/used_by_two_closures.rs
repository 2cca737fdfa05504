//! Two closures hold the session.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let mut first = || session.set_rollback_only();
    let mut second = || session.set_rollback_only();
    first();
    second();
    Ok(())
}

fn main() {}
