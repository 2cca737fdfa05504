//! The argument is anything that runs statements.

use sqlx::{Executor, Sqlite};
use sqlx_transactional::transactional;

#[transactional]
async fn transfer<'c>(executor: impl Executor<'c, Database = Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(executor).await?;
    Ok(())
}

fn main() {}
