//! A generic argument without `Clone`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

#[retry_on_error]
#[transactional]
async fn transfer<K: Into<i64>>(session: &mut Session<Sqlite>, key: K) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT ?").bind(key.into()).execute(session).await?;
    Ok(())
}

fn main() {}
