//! The return type is hidden behind `impl Trait`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn find(session: &mut Session<Sqlite>) -> impl Sized {
    sqlx::query("SELECT 1").execute(session).await
}

fn main() {}
