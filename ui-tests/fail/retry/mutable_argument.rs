//! What an attempt writes to stays written when it is rolled back.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

#[retry_on_error]
#[transactional]
async fn transfer(session: &mut Session<Sqlite>, out: &mut Vec<i64>) -> Result<(), sqlx::Error> {
    out.push(sqlx::query_scalar("SELECT 1").fetch_one(session).await?);
    Ok(())
}

fn main() {}
