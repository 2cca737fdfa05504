//! An isolation level in quotes.
use sqlx::Sqlite;
use sqlx_transactional::Db;

#[sqlx_transactional::test(isolation = "serializable")]
async fn works(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
