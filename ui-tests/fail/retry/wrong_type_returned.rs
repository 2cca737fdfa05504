//! The body returns something else.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

#[retry_on_error]
#[transactional]
async fn count(session: &mut Session<Sqlite>, id: i64) -> Result<i64, sqlx::Error> {
    let text: String = sqlx::query_scalar("SELECT ?").bind(id).fetch_one(session).await?;
    Ok(text)
}

fn main() {}
