//! Migrations that are the default anyway.
use sqlx::Sqlite;
use sqlx_transactional::Db;

#[sqlx_transactional::test(migrations = true)]
async fn works(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
