//! A session is cast to one that is stronger.

use sqlx::Sqlite;
use sqlx_transactional::{Serializable, Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _stronger = session as &mut Session<Sqlite, Serializable>;
    Ok(())
}

fn main() {}
