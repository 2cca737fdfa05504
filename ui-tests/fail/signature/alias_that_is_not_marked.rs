//! The type of the session is an alias that nobody said is one.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

type Tx = Session<Sqlite>;

#[transactional]
async fn transfer(tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(tx).await?;
    Ok(())
}

fn main() {}
