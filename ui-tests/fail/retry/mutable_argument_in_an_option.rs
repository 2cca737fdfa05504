//! A `&mut` inside another type.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

#[retry_on_error]
#[transactional]
async fn transfer(session: &mut Session<Sqlite>, out: Option<&mut Vec<i64>>) -> Result<(), sqlx::Error> {
    out.unwrap().push(sqlx::query_scalar("SELECT 1").fetch_one(session).await?);
    Ok(())
}

fn main() {}
