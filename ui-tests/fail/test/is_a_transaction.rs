//! A test that is to be a transaction itself.
use sqlx::Sqlite;
use sqlx_transactional::Db;

#[sqlx_transactional::test]
#[sqlx_transactional::transactional]
async fn works(db: Db<Sqlite>) -> Result<(), sqlx::Error> {
    let _ = db;
    Ok(())
}

fn main() {}
