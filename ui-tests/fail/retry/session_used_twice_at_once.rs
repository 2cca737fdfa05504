//! Two statements at once.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

#[retry_on_error]
#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let one = sqlx::query("SELECT 1").execute(&mut *session);
    let other = sqlx::query("SELECT 2").execute(&mut *session);
    tokio::try_join!(one, other)?;
    Ok(())
}

fn main() {}
