//! `deferrable` on a database that has no such transactions.

use sqlx::MySql;
use sqlx_transactional::{ReadOnly, Serializable, Session, transactional};

#[transactional(deferrable)]
async fn transfer(session: &mut Session<MySql, ReadOnly<Serializable>>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
