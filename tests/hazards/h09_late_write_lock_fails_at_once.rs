//! H9, SQLite in write-ahead mode: a transaction reads, another one commits, and the first write of
//! the reader fails at once with 517 (`SQLITE_BUSY_SNAPSHOT`). The busy timeout does not apply. By
//! default, sqlx begins every transaction without the write lock, so that this can happen.

use std::time::Instant;

use futures_util::future::join_all;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, cents, code, options};

const READ: &str = "SELECT cents FROM accounts WHERE id = 1";

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let pool = database.pool(options(2));
    let mut transaction = pool.begin().await.unwrap();
    let _: i64 = sqlx::query_scalar(READ)
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    sqlx::query(DEBIT).execute(&pool).await.unwrap();
    let asked = Instant::now();
    let error = sqlx::query(DEBIT)
        .execute(&mut *transaction)
        .await
        .expect_err("the hazard: the snapshot is old");
    assert_eq!(code(&error), "517");
    // The busy timeout is five seconds.
    assert!(asked.elapsed().as_secs() < 1);
}

#[transactional]
async fn read_then_write(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let cents: i64 = sqlx::query_scalar(READ).fetch_one(&mut *session).await?;
    // Lets the other tasks run.
    tokio::task::yield_now().await;
    sqlx::query("UPDATE accounts SET cents = $1 WHERE id = 1")
        .bind(cents - 1)
        .execute(session)
        .await?;
    Ok(())
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::with_accounts().await;
    let pool = database.pool(options(8));
    let writers = join_all((0..32).map(|_| async {
        for _ in 0..10 {
            read_then_write(&pool)
                .await
                .expect("BEGIN waits for its turn");
        }
    }));
    writers.await;
    assert_eq!(cents(&database).await, 1000 - 320);
}
