//! The error is a type parameter that nothing is known of.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer<E>(session: &mut Session<Sqlite>) -> Result<(), E> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

fn main() {}
