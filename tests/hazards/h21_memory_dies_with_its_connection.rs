//! H21, SQLite in memory: the database ends with its last connection, and pools close connections:
//! when they are idle or old, or when one is detached or set to close on drop. The next connection
//! opens an empty database, without any error.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use sqlx::{Connection as _, Sqlite};
use sqlx_transactional::{Db, Session, transactional};
use tests::checks::PROMISED;
use tests::explorer::every_poll;
use tokio::time::timeout;

use crate::accounts::{ACCOUNTS, DEBIT, options};

const URL: &str = "sqlite::memory:";
/// How many tables there are: 0 in a new database.
const TABLES: &str = "SELECT count(*) FROM sqlite_schema WHERE type = 'table'";

async fn start(options: SqlitePoolOptions) -> SqlitePool {
    let pool = options.connect(URL).await.unwrap();
    sqlx::raw_sql(ACCOUNTS).execute(&pool).await.unwrap();
    pool
}

async fn tables(pool: &SqlitePool) -> i64 {
    sqlx::query_scalar(TABLES).fetch_one(pool).await.unwrap()
}

/// The pool closes the connection by itself.
#[tokio::test]
async fn by_hand_in_time() {
    let soon = Duration::from_millis(1);
    for options in [options(1).idle_timeout(soon), options(1).max_lifetime(soon)] {
        let pool = start(options).await;
        let closed = async {
            while pool.size() > 0 {
                tokio::task::yield_now().await;
            }
        };
        timeout(10 * PROMISED, closed)
            .await
            .expect("the pool closes it");
        assert_eq!(tables(&pool).await, 0, "the hazard: all is gone");
    }
}

/// The user closes the connection.
#[tokio::test]
async fn by_hand_on_request() {
    for detached in [true, false] {
        let pool = start(options(1)).await;
        let mut connection = pool.acquire().await.unwrap();
        if detached {
            connection.detach().close().await.unwrap();
        } else {
            connection.close_on_drop();
            drop(connection);
        }
        assert_eq!(tables(&pool).await, 0, "the hazard: all is gone");
    }
}

/// Takes 100 cents from account 1, and fails in the way that `how` says.
#[transactional(timeout = "5s")]
async fn fails(session: &mut Session<Sqlite>, how: &str) -> Result<(), sqlx::Error> {
    sqlx::query(DEBIT).execute(&mut *session).await?;
    match how {
        "statement" => sqlx::query("INSERT OR ROLLBACK INTO accounts VALUES (1, 0)")
            .execute(session)
            .await
            .map(drop),
        "panic" => panic!("this one is meant"),
        "refused" => sqlx::query("COMMIT").execute(session).await.map(drop),
        "deferred" => {
            sqlx::raw_sql("PRAGMA defer_foreign_keys = 1; INSERT INTO entries VALUES (7)")
                .execute(session)
                .await
                .map(drop)
        }
        _ => Ok(()),
    }
}

async fn memory() -> Db<Sqlite> {
    let db = Db::<Sqlite>::connect(URL).await.expect("memory");
    sqlx::raw_sql(ACCOUNTS).execute(db.pool()).await.unwrap();
    sqlx::raw_sql("CREATE TABLE entries (account BIGINT REFERENCES accounts (id))")
        .execute(db.pool())
        .await
        .unwrap();
    db
}

/// Both tables exist, and nothing is stored of a call that failed.
async fn is_as_it_was(db: &Db<Sqlite>) {
    let cents: i64 = sqlx::query_scalar("SELECT cents FROM accounts WHERE id = 1")
        .fetch_one(db.pool())
        .await
        .expect("the table is there");
    assert_eq!((cents, tables(db.pool()).await), (1000, 2));
}

#[tokio::test]
async fn through_us() {
    let db = memory().await;
    for how in ["statement", "refused", "deferred"] {
        fails(&db, how).await.expect_err(how);
        is_as_it_was(&db).await;
    }
    assert!(
        AssertUnwindSafe(fails(&db, "panic"))
            .catch_unwind()
            .await
            .is_err()
    );
    is_as_it_was(&db).await;
    let options = db.pool().options();
    assert_eq!(
        (
            options.get_idle_timeout(),
            options.get_max_lifetime(),
            options.get_max_connections()
        ),
        (None, None, 1)
    );
}

#[transactional]
async fn computes(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query(DEBIT).execute(&mut *session).await?;
    let endless = "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n) SELECT max(value) FROM n";
    sqlx::query(endless).execute(session).await?;
    Ok(())
}

/// Cancelled at each poll, and while a statement runs that never ends.
#[tokio::test]
async fn through_us_cancelled() {
    let db = memory().await;
    every_poll(async |cut| {
        let finished = cut.apply(fails(&db, "refused")).await.is_some();
        timeout(PROMISED, is_as_it_was(&db))
            .await
            .expect("the connection is back");
        finished
    })
    .await;
    for _ in 0..5 {
        timeout(Duration::from_millis(20), computes(&db))
            .await
            .expect_err("it never ends");
        timeout(PROMISED, is_as_it_was(&db))
            .await
            .expect("the connection is back");
    }
}
