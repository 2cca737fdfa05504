//! Two statements at once on one session.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn twice(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let one = sqlx::query("SELECT 1").execute(&mut *session);
    let other = sqlx::query("SELECT 2").execute(&mut *session);
    tokio::try_join!(one, other)?;
    Ok(())
}

fn main() {}
