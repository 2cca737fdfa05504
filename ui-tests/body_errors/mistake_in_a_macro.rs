//! A mistake in the arguments of a macro.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    println!("{}", nowhere);
    println!("{} {}", 1);
    Ok(1)
}
