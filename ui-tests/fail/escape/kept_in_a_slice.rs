//! A session is put into a slice of the caller.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>, kept: &mut [Option<&'a mut Session<Sqlite>>]) -> Result<(), sqlx::Error> {
    kept[0] = Some(session);
    Ok(())
}

fn main() {}
