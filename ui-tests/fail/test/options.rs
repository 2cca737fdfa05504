//! Options that a test does not have, or that contradict each other.

use sqlx::Sqlite;
use sqlx_transactional::Db;

// case: `isolation` and `clone`.
#[sqlx_transactional::test(clone, isolation = serializable)]
async fn isolation_of_a_clone(db: Db<Sqlite>) {
    let _ = db;
}

// case: `migrations` and `migrator`.
#[sqlx_transactional::test(migrations = "db", migrator = crate::MIGRATOR)]
async fn migrations_beside_a_migrator(db: Db<Sqlite>) {
    let _ = db;
}

// case: `fixtures` is misspelt.
#[sqlx_transactional::test(fixtrues("users"))]
async fn misspelt(db: Db<Sqlite>) {
    let _ = db;
}

// case: An option that does not exist: `template`.
#[sqlx_transactional::test(template)]
async fn template(db: Db<Sqlite>) {
    let _ = db;
}

// case: An option of `#[transactional]`: `timeout`.
#[sqlx_transactional::test(timeout = "2s")]
async fn timeout(db: Db<Sqlite>) {
    let _ = db;
}

// case: An option is set twice.
#[sqlx_transactional::test(clone, clone)]
async fn clone_twice(db: Db<Sqlite>) {
    let _ = db;
}

// case: Options of `#[sqlx::test]`, of tokio, and names that are close to ours.
#[sqlx_transactional::test(
    migration,
    fixturs("users"),
    url = "postgres:",
    worker_threads = 4,
    isolation_level = 1,
    should_panic,
    cloned,
    scripts
)]
async fn several_options(db: Db<Sqlite>) {
    let _ = db;
}

fn main() {}
