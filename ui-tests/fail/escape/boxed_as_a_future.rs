//! A future that uses the session is boxed for somebody else.

use std::pin::Pin;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>, kept: &mut Vec<Pin<Box<dyn Future<Output = ()> + Send>>>) -> Result<(), sqlx::Error> {
    kept.push(Box::pin(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    }));
    Ok(())
}

fn main() {}
