//! The function returns nothing.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) {
    sqlx::query("SELECT 1").execute(session).await.ok();
}

fn main() {}
