//! The database of its own, by another name.
use sqlx::Sqlite;
use sqlx_transactional::Db;

#[sqlx_transactional::test(template)]
async fn works(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
