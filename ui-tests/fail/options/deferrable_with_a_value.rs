//! `deferrable` is a flag.

use sqlx::Postgres;
use sqlx_transactional::{ReadOnly, Serializable, Session, transactional};

#[transactional(deferrable = true)]
async fn transfer(session: &mut Session<Postgres, ReadOnly<Serializable>>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
