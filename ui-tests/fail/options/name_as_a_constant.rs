//! The name is a constant.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

const NAME: &str = "transfer";

#[transactional(name = NAME)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
