//! The sandbox's isolation level, and no sandbox.
use sqlx::Sqlite;
use sqlx_transactional::Db;

#[sqlx_transactional::test(clone, isolation = serializable)]
async fn works(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
