//! H40, SQLite: there is one write lock. Who begins a second transaction while the first is open waits for itself, until the pool gives up
//! or, with more connections, the busy timeout ends; and neither error says why.

use std::time::Duration;

use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use sqlx::{Executor as _, Sqlite};
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, cents, code, options};

const WAIT: Duration = Duration::from_millis(200);

fn pool(database: &TestDatabase<Sqlite>, options: SqlitePoolOptions) -> SqlitePool {
    options.acquire_timeout(WAIT).connect_lazy_with(database.options().busy_timeout(WAIT))
}

/// What the second one gets.
async fn within_the_first(pool: &SqlitePool) -> sqlx::Error {
    let mut first = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    first.execute(DEBIT).await.unwrap();
    let error = pool.begin_with("BEGIN IMMEDIATE").await.expect_err("the hazard: it waits for the first");
    first.commit().await.unwrap();
    error
}

#[tokio::test]
async fn by_hand_with_one_connection() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let error = within_the_first(&pool(&database, options(1))).await;
    assert!(matches!(error, sqlx::Error::PoolTimedOut), "{error:?}");
    assert_eq!(cents(&database).await, 900);
}

#[tokio::test]
async fn by_hand_with_two() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let error = within_the_first(&pool(&database, options(2))).await;
    assert_eq!((code(&error).as_str(), error.to_string().contains("database is locked")), ("5", true), "{error}");
    assert_eq!(cents(&database).await, 900);
}
