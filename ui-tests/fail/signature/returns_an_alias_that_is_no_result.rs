//! The function returns an alias of something that is no result.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

type Done = Option<i64>;

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Done {
    sqlx::query("SELECT 1").execute(session).await.ok();
    None
}

fn main() {}
