//! An option of the functions under test.
use sqlx::Sqlite;
use sqlx_transactional::Db;

#[sqlx_transactional::test(timeout = "2s")]
async fn works(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
