//! A borrow outlives what it borrows from.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    let longest;
    {
        let name = String::from("one");
        longest = &name;
    }
    Ok(longest.len() as i64)
}
