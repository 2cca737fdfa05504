//! A runtime that tokio does not have.
use sqlx::Sqlite;
use sqlx_transactional::Db;

#[sqlx_transactional::test(flavor = "multi")]
async fn works(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
