//! `crate` leads nowhere.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(crate = crate::nowhere)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
