//! The attributes are in the wrong order.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

#[transactional]
#[retry_on_error]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
