//! What is marked is a transaction of sqlx.

use sqlx::{Sqlite, Transaction};
use sqlx_transactional::transactional;

#[transactional]
async fn transfer(#[session] session: &mut Transaction<'_, Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut **session).await?;
    Ok(())
}

fn main() {}
