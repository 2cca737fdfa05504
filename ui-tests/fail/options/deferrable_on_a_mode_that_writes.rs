//! `deferrable` on a transaction that writes.

use sqlx::Postgres;
use sqlx_transactional::{Serializable, Session, transactional};

#[transactional(deferrable)]
async fn transfer(session: &mut Session<Postgres, Serializable>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
