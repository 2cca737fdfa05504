//! An option with two letters swapped.
use sqlx::Sqlite;
use sqlx_transactional::Db;

#[sqlx_transactional::test(fixtrues("users"))]
async fn works(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
