//! The attribute that made it a test before is still there.
use sqlx::Sqlite;
use sqlx_transactional::Db;

#[sqlx_transactional::test]
#[tokio::test]
async fn works(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
