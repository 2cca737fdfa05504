//! A test for any database.
use sqlx_transactional::{Db, Driver};

#[sqlx_transactional::test]
async fn works<DB: Driver>(db: Db<DB>) {
    let _ = db;
}

fn main() {}
