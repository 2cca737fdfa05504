//! Options of a test with a value of another kind.

use sqlx::Sqlite;
use sqlx_transactional::Db;

// case: `fixtures` has names without quotes.
#[sqlx_transactional::test(fixtures(users))]
async fn fixtures_that_are_no_strings(db: Db<Sqlite>) {
    let _ = db;
}

// case: `fixtures` has `=` instead of parentheses.
#[sqlx_transactional::test(fixtures = "users")]
async fn fixtures_without_parentheses(db: Db<Sqlite>) {
    let _ = db;
}

// case: `flavor` has a name that tokio does not have.
#[sqlx_transactional::test(flavor = "multi")]
async fn flavor_that_is_unknown(db: Db<Sqlite>) {
    let _ = db;
}

// case: `isolation` is a string.
#[sqlx_transactional::test(isolation = "serializable")]
async fn isolation_as_a_string(db: Db<Sqlite>) {
    let _ = db;
}

// case: `isolation` has a word that does not exist.
#[sqlx_transactional::test(isolation = snapshot)]
async fn isolation_that_is_unknown(db: Db<Sqlite>) {
    let _ = db;
}

// case: `migrations` is `true`, which is the default.
#[sqlx_transactional::test(migrations = true)]
async fn migrations_that_are_true(db: Db<Sqlite>) {
    let _ = db;
}

// case: `migrator` is a string.
#[sqlx_transactional::test(migrator = "crate::MIGRATOR")]
async fn migrator_as_a_string(db: Db<Sqlite>) {
    let _ = db;
}

// case: `fixtures` is empty.
#[sqlx_transactional::test(fixtures())]
async fn fixtures_of_nothing(db: Db<Sqlite>) {
    let _ = db;
}

// case: `clone` has a value, and `flavor` a name that does not exist.
#[sqlx_transactional::test(clone = true, flavor = "threads")]
async fn clone_with_a_value(db: Db<Sqlite>) {
    let _ = db;
}

// case: Options that need a value have none.
#[sqlx_transactional::test(migrations, migrator =, fixtures, isolation, flavor, crate)]
async fn without_a_value(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
