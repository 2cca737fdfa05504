//! A future that uses the session is returned behind `impl Future`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<impl Future<Output = ()>, sqlx::Error> {
    Ok(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    })
}

fn main() {}
