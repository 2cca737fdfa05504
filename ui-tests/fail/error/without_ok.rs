//! The last expression is not a `Result`: on that expression, as without the attribute.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<u64, sqlx::Error> {
    let done = sqlx::query("SELECT 1").execute(session).await?;
    done.rows_affected()
}

fn main() {}
