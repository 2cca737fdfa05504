//! A `String` is passed to a function that needs a pool or a `Db`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional(requires_new)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

async fn caller(source: String) -> Result<(), sqlx::Error> {
    transfer(source).await
}

fn main() {}
