//! Two arguments are marked as the session.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

type Tx = Session<Sqlite>;

#[transactional]
async fn transfer(#[session] session: &mut Tx, #[session] other: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
