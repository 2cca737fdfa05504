//! A function that runs in a transaction of sqlx.

use sqlx::{Sqlite, Transaction};
use sqlx_transactional::retry_on_error;

#[retry_on_error]
async fn transfer(tx: &mut Transaction<'_, Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut **tx).await?;
    Ok(())
}

fn main() {}
