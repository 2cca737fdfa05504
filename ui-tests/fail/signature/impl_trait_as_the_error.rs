//! The error is hidden behind `impl Trait`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), impl std::error::Error> {
    sqlx::query("SELECT 1").execute(session).await.map(|_| ())
}

fn main() {}
