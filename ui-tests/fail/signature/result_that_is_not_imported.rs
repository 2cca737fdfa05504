//! The result is an alias of another crate with one parameter.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

use std::fmt::Result;

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

fn main() {}
