//! A `?` under an alias of `Result`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

type Done<T> = Result<T, sqlx::Error>;

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Done<i64> {
    let count: i64 = "1".parse()?;
    Ok(count)
}
