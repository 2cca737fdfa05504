//! A session is added to a collection of the caller.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>, kept: &mut impl Extend<&'a mut Session<Sqlite>>) -> Result<(), sqlx::Error> {
    kept.extend([session]);
    Ok(())
}

fn main() {}
