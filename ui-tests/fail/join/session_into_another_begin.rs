//! A session is passed where a transaction is begun with another durability.

use sqlx::Postgres;
use sqlx_transactional::{Session, transactional};

#[transactional(durability = relaxed)]
async fn logs(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn transfer(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    logs(session).await
}

fn main() {}
