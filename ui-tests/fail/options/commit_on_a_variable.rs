//! `commit_on` has a name in lower case, which matches everything.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(commit_on(error))]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
