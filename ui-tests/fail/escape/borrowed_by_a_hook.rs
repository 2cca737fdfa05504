//! A hook captures a borrowed argument, which may be gone by then.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>, name: &str) -> Result<(), sqlx::Error> {
    session.after_commit(async move {
        println!("{name}");
    });
    Ok(())
}

fn main() {}
