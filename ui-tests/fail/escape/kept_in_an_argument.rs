//! A session is put in the place of another one, which the caller keeps.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'k>(session: &mut Session<Sqlite>, kept: &mut &'k mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    *kept = session;
    Ok(())
}

fn main() {}
