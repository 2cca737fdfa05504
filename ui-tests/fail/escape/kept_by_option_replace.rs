//! A session is put in the place of what the caller had.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>, place: &mut Option<&'a mut Session<Sqlite>>) -> Result<(), sqlx::Error> {
    place.replace(session);
    Ok(())
}

fn main() {}
