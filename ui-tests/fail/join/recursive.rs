//! A function that joins itself: recurse in a plain helper.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn count(session: &mut Session<Sqlite>, depth: u32) -> Result<u32, sqlx::Error> {
    if depth == 0 { Ok(0) } else { Ok(1 + count(&mut *session, depth - 1).await?) }
}

fn main() {}
