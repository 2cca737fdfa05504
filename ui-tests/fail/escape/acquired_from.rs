//! A session is not a connection, so sqlx can neither acquire nor begin on it.

use sqlx::{Acquire as _, Sqlite};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn begins(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.acquire().await?;
    Ok(())
}

fn main() {}
