//! A session is moved into a blocking task, which drives it there.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    tokio::task::spawn_blocking(move || {
        tokio::runtime::Handle::current().block_on(async {
            sqlx::query("SELECT 1").execute(session).await.ok();
        });
    });
    Ok(())
}

fn main() {}
