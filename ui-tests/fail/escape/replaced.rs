//! A session is put in the place of another one, by `mem::replace`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'k>(session: &mut Session<Sqlite>, kept: &mut &'k mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let before = std::mem::replace(kept, session);
    sqlx::query("SELECT 1").execute(before).await?;
    Ok(())
}

fn main() {}
