//! A session is said to be stronger than it is.

use sqlx::Sqlite;
use sqlx_transactional::{Serializable, Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _stronger: &mut Session<Sqlite, Serializable> = session;
    Ok(())
}

fn main() {}
