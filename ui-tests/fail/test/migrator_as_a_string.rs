//! The migrator as `#[sqlx::test]` has it.
use sqlx::Sqlite;
use sqlx_transactional::Db;

#[sqlx_transactional::test(migrator = "crate::MIGRATOR")]
async fn works(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
