//! `from` names something that the function does not have.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(from = &db)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
