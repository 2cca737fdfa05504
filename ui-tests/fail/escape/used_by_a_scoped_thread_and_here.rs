//! A scoped thread uses the session while the function does, too.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    std::thread::scope(|scope| {
        scope.spawn(|| session.set_rollback_only());
        session.set_rollback_only();
    });
    Ok(())
}

fn main() {}
