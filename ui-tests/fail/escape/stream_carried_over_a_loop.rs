//! A row stream is carried from one round of a loop to the next.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let mut rows = None;
    for _ in 0..3 {
        rows = Some(sqlx::query("SELECT 1").fetch(&mut *session));
    }
    drop(rows);
    Ok(())
}

fn main() {}
