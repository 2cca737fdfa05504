//! H24, SQLite in memory with sqlx's own URL: the connections of a pool share a cache, which locks
//! whole tables and ignores the busy timeout. In this build a statement fails at once with 262
//! (`SQLITE_LOCKED_SHAREDCACHE`). Even a read fails while another connection writes.
//!
//! Not shown here: sqlx's feature `sqlite-unlock-notify`, a part of its `sqlite`, makes such a
//! statement wait for the other connection without any limit. Features apply to the whole
//! workspace, and this one is built with `sqlite-bundled`.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{Executor as _, Sqlite};
use sqlx_transactional::{Db, ReadOnly, Session, transactional};

use crate::accounts::{ACCOUNTS, DEBIT, code, options};

const URL: &str = "sqlite::memory:";
const READ: &str = "SELECT cents FROM accounts WHERE id = 1";
/// sqlx's default busy timeout.
const BUSY: Duration = Duration::from_secs(5);

async fn shared() -> SqlitePool {
    let options = options(2).connect_lazy_with(
        URL.parse::<SqliteConnectOptions>()
            .unwrap()
            .busy_timeout(BUSY),
    );
    options.execute(ACCOUNTS).await.unwrap();
    options
}

/// The error code of `statement` while another connection is inside `transaction`.
async fn meanwhile(transaction: &[&'static str], statement: &'static str) -> String {
    let pool = shared().await;
    let mut open = pool.begin().await.unwrap();
    for sql in transaction {
        open.execute(*sql).await.unwrap();
    }
    let asked = Instant::now();
    let error = pool
        .execute(statement)
        .await
        .expect_err("the hazard: it does not wait");
    assert!(asked.elapsed() < BUSY / 2, "{:?}", asked.elapsed());
    open.commit().await.unwrap();
    pool.execute(statement)
        .await
        .expect("it works after the other transaction");
    code(&error)
}

#[tokio::test]
async fn by_hand() {
    assert_eq!(meanwhile(&[DEBIT], READ).await, "262", "even a read fails");
    assert_eq!(meanwhile(&[DEBIT], DEBIT).await, "262");
    assert_eq!(
        meanwhile(&[DEBIT], "CREATE TABLE entries (id BIGINT)").await,
        "262"
    );
}

/// In a file in write-ahead mode the same statements wait, or need not wait.
#[tokio::test]
async fn by_hand_not_in_a_file() {
    let database = tests::servers::TestDatabase::<Sqlite>::with_accounts().await;
    let pool = database.pool(options(2));
    let mut open = pool.begin().await.unwrap();
    open.execute(DEBIT).await.unwrap();
    pool.execute(READ)
        .await
        .expect("a reader does not wait for the writer");
    let waits = tokio::spawn({
        let pool = pool.clone();
        async move { pool.execute(DEBIT).await }
    });
    tokio::task::yield_now().await;
    open.commit().await.unwrap();
    waits.await.unwrap().expect("it waits for its turn");
}

#[transactional]
async fn debit(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.execute(DEBIT).await?;
    // Lets the other tasks run.
    tokio::task::yield_now().await;
    session.execute(READ).await?;
    Ok(())
}

#[transactional]
async fn read(session: &mut Session<Sqlite, ReadOnly>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(READ).fetch_one(session).await
}

/// `Db` opens a private database with one connection. The calls wait for it, as for any other.
#[tokio::test]
async fn through_us() {
    let db = Db::<Sqlite>::connect(URL).await.expect("memory");
    db.pool().execute(ACCOUNTS).await.unwrap();
    let calls = join_all((0..20).map(|number| {
        let db = db.clone();
        tokio::spawn(async move {
            if number % 2 == 0 {
                debit(&db).await
            } else {
                read(&db).await.map(drop)
            }
        })
    }));
    for call in calls.await {
        call.unwrap().expect("it waits for its turn");
    }
    assert_eq!(read(&db).await.unwrap(), 0);
    let shared: Vec<(i64, String, String)> = sqlx::query_as("PRAGMA database_list")
        .fetch_all(db.pool())
        .await
        .unwrap();
    assert_eq!((shared.len(), db.pool().size()), (1, 1));
}
