//! A test that is no async function.
use sqlx::Sqlite;
use sqlx_transactional::Db;

#[sqlx_transactional::test]
fn works(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
