//! The function returns a reference to a result.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> &'static Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    &Ok(())
}

fn main() {}
