//! The same, with a session behind an alias.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error};

type Tx = Session<Sqlite>;

#[retry_on_error]
async fn transfer(#[session] tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(tx).await?;
    Ok(())
}

fn main() {}
