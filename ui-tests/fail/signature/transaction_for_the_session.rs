//! The argument is a transaction of sqlx.

use sqlx::{Sqlite, Transaction};
use sqlx_transactional::transactional;

#[transactional]
async fn transfer(tx: &mut Transaction<'_, Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut **tx).await?;
    Ok(())
}

fn main() {}
