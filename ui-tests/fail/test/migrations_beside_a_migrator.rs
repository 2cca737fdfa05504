//! Migrations from two places.
use sqlx::Sqlite;
use sqlx_transactional::Db;

#[sqlx_transactional::test(migrations = "db", migrator = crate::MIGRATOR)]
async fn works(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
