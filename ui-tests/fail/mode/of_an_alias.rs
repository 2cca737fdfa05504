//! The alias of the session is of a mode that is too weak.

use sqlx::Sqlite;
use sqlx_transactional::{ReadOnly, Session, transactional};

type Report = Session<Sqlite, ReadOnly>;

#[transactional]
async fn writes(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM orders").execute(session).await?;
    Ok(())
}

#[transactional]
async fn report(#[session] session: &mut Report) -> Result<(), sqlx::Error> {
    writes(session).await
}

fn main() {}
