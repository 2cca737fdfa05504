//! A closure where the path of a function belongs.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(map_err = |error| error.to_string())]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), String> {
    sqlx::query("SELECT 1").execute(session).await.map_err(|error| error.to_string())?;
    Ok(())
}

fn main() {}
