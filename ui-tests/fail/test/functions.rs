//! Functions that cannot be a test.

use sqlx::Sqlite;
use sqlx_transactional::{Db, Driver};

// case: A test is a method.
struct Users;

impl Users {
    #[sqlx_transactional::test]
    async fn works(&self, db: Db<Sqlite>) {
        let _ = db;
    }
}

// case: A test has `#[transactional]`.
#[sqlx_transactional::test]
#[sqlx_transactional::transactional]
async fn is_a_transaction(db: Db<Sqlite>) -> Result<(), sqlx::Error> {
    let _ = db;
    Ok(())
}

// case: A test is generic over the database.
#[sqlx_transactional::test]
async fn is_generic<DB: Driver>(db: Db<DB>) {
    let _ = db;
}

// case: A test is not async.
#[sqlx_transactional::test]
fn is_not_async(db: Db<Sqlite>) {
    let _ = db;
}

// case: A test has `#[tokio::test]`, too.
#[sqlx_transactional::test]
#[tokio::test]
async fn is_one_of_tokio(db: Db<Sqlite>) {
    let _ = db;
}

// case: A struct is a test.
#[sqlx_transactional::test]
struct Accounts;

// case: An `impl` block is a test.
struct Orders;

#[sqlx_transactional::test]
impl Orders {}

// case: A test has qualifiers, and any number of arguments.
#[sqlx_transactional::test]
const async extern "C" fn has_qualifiers(db: Db<Sqlite>, _: ...) {
    let _ = db;
}

fn main() {}
