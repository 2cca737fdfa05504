//! An async closure that captures the session is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<impl AsyncFnMut(), sqlx::Error> {
    Ok(async move || {
        sqlx::query("SELECT 1").execute(&mut *session).await.ok();
    })
}

fn main() {}
