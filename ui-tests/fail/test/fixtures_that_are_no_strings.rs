//! Fixtures without quotes.
use sqlx::Sqlite;
use sqlx_transactional::Db;

#[sqlx_transactional::test(fixtures(users))]
async fn works(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
