//! A mistake in an async block inside of the body.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
pub async fn body(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    let inner = async {
        let count: i64 = "one";
        Ok::<_, sqlx::Error>(count)
    };
    inner.await
}
