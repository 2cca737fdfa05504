//! One session is passed for two arguments.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

async fn helper(_first: &mut Session<Sqlite>, _second: &mut Session<Sqlite>) {}

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    helper(session, session).await;
    Ok(())
}

fn main() {}
