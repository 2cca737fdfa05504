//! A callback of the caller, which may keep it, is given the session.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>, keep: impl Fn(&'a mut Session<Sqlite>) + Send) -> Result<(), sqlx::Error> {
    keep(session);
    Ok(())
}

fn main() {}
