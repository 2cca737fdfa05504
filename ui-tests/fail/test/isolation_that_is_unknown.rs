//! An isolation level that no database here has.
use sqlx::Sqlite;
use sqlx_transactional::Db;

#[sqlx_transactional::test(isolation = snapshot)]
async fn works(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
