//! A session is not committed by hand: returning `Ok` commits.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn commits(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.commit().await?;
    Ok(())
}

fn main() {}
