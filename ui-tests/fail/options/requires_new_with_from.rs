//! Two options that say the same.

use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, transactional};

#[transactional(requires_new, from = db)]
async fn transfer(db: &Db<Sqlite>, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
