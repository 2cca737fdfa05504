//! H14, SQLite in memory: each connection of a pool opens its own database, so whether a table
//! exists depends on the connection. With sqlx's own URL the connections of one pool share a
//! database (H24 shows the price), but two pools do not.

use futures_util::future::join_all;
use sqlx::Sqlite;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx_transactional::{Db, Session, transactional};

use crate::accounts::options;

const TABLE: &str = "CREATE TABLE notes (text TEXT NOT NULL)";
const ADD: &str = "INSERT INTO notes VALUES ('seen')";
const COUNT: &str = "SELECT count(*) FROM notes";
/// The URL that applications write.
const URL: &str = "sqlite::memory:";

fn is_missing(error: &sqlx::Error) -> bool {
    error.to_string().contains("no such table: notes")
}

#[tokio::test]
async fn by_hand() {
    let private: SqliteConnectOptions = URL.parse().unwrap();
    for memory in [
        SqliteConnectOptions::new().filename(":memory:"),
        private.shared_cache(false),
    ] {
        let pool: SqlitePool = options(2).connect_lazy_with(memory);
        let mut first = pool.acquire().await.unwrap();
        sqlx::query(TABLE).execute(&mut *first).await.unwrap();
        // The first connection is in use, so this is the second.
        let error = sqlx::query(ADD)
            .execute(&pool)
            .await
            .expect_err("the hazard: another database");
        assert!(is_missing(&error), "{error}");
        drop(first);
    }
}

#[tokio::test]
async fn by_hand_two_pools() {
    let (one, other) = (
        SqlitePool::connect(URL).await.unwrap(),
        SqlitePool::connect(URL).await.unwrap(),
    );
    sqlx::query(TABLE).execute(&one).await.unwrap();
    let error = sqlx::query(ADD)
        .execute(&other)
        .await
        .expect_err("the hazard: another database, of the same name");
    assert!(is_missing(&error), "{error}");
}

/// Holds its connection while other tasks wait for one.
#[transactional]
async fn add(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    sqlx::query(ADD).execute(&mut *session).await?;
    tokio::task::yield_now().await;
    sqlx::query_scalar(COUNT).fetch_one(session).await
}

#[tokio::test]
async fn through_us() {
    let db = Db::<Sqlite>::connect(URL).await.expect("memory");
    sqlx::query(TABLE).execute(db.pool()).await.unwrap();
    let clones: Vec<_> = std::iter::repeat_n(&db, 20).cloned().collect();
    let mut counted: Vec<i64> = join_all(clones.iter().map(add))
        .await
        .into_iter()
        .map(|count| count.expect("the same database"))
        .collect();
    counted.sort_unstable();
    assert!(
        counted.into_iter().eq(1..=20),
        "each saw what those before it stored"
    );
    assert_eq!(db.pool().size(), 1);
    let outside: i64 = sqlx::query_scalar(COUNT)
        .fetch_one(db.pool())
        .await
        .expect("the pool still has the database");
    assert_eq!(outside, 20);
}
