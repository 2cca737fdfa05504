//! The pool is given by an option that does not exist.

use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, transactional};

#[transactional(pool = db)]
async fn transfer(db: &Db<Sqlite>, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
