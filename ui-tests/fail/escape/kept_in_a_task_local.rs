//! A task-local is set to the session for a future that is spawned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

tokio::task_local! {
    static KEPT: &'static mut Session<Sqlite>;
}

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    tokio::spawn(KEPT.scope(session, async {}));
    Ok(())
}

fn main() {}
