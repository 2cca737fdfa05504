//! Each option is wrong.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(isolatoin = 1, timeout = 2, name = "", nested = yes, commit_on, durability = on, from)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
