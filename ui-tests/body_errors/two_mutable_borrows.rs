//! Two mutable borrows.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>, mut names: Vec<i64>) -> Result<i64, sqlx::Error> {
    let (first, second) = (&mut names, &mut names);
    first.push(1);
    second.push(2);
    Ok(1)
}
