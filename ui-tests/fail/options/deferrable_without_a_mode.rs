//! `deferrable` on a session whose mode was not written.

use sqlx::Postgres;
use sqlx_transactional::{Session, transactional};

#[transactional(deferrable)]
async fn transfer(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
