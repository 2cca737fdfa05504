//! H40, SQLite: there is one write lock. A task that begins a second transaction while its first is
//! open waits for itself until the acquire timeout or, with more connections, until the busy
//! timeout. Neither error says why.

use std::time::Duration;

use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use sqlx::{Executor as _, Sqlite};
use sqlx_transactional::{ReadOnly, Session, transactional};
use tests::checks::{PROMISED, all_is_well};
use tests::servers::TestDatabase;
use tokio::time::timeout;

use crate::accounts::{DEBIT, ROW, cents, code, options};

const WAIT: Duration = Duration::from_millis(200);

fn pool(database: &TestDatabase<Sqlite>, options: SqlitePoolOptions) -> SqlitePool {
    options
        .acquire_timeout(WAIT)
        .connect_lazy_with(database.options().busy_timeout(WAIT))
}

/// The error of the second transaction.
async fn within_the_first(pool: &SqlitePool) -> sqlx::Error {
    let mut first = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    first.execute(DEBIT).await.unwrap();
    let error = pool
        .begin_with("BEGIN IMMEDIATE")
        .await
        .expect_err("the hazard: it waits for the first");
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
    assert_eq!(
        (
            code(&error).as_str(),
            error.to_string().contains("database is locked")
        ),
        ("5", true),
        "{error}"
    );
    assert_eq!(cents(&database).await, 900);
}

#[transactional(requires_new)]
async fn writes(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.execute(DEBIT).await?;
    Ok(())
}

#[transactional(requires_new)]
async fn reads(session: &mut Session<Sqlite, ReadOnly>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT cents FROM accounts WHERE id = 1")
        .fetch_one(session)
        .await
}

/// Returns the error of a second writer, and what a second reader sees.
#[transactional]
async fn within_ours(
    session: &mut Session<Sqlite>,
    pool: &SqlitePool,
) -> Result<(sqlx::Error, Result<i64, sqlx::Error>), sqlx::Error> {
    session.execute(DEBIT).await?;
    let writer = timeout(PROMISED, writes(pool))
        .await
        .expect("it does not wait")
        .expect_err("it would wait for its own task");
    let reader = timeout(PROMISED, reads(pool))
        .await
        .expect("it does not wait");
    session.execute(DEBIT).await?;
    Ok((writer, reader))
}

/// The busy timeout and the acquire timeout are sqlx's defaults: several seconds.
#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    for (connections, why) in [
        (1, "the only connection of the pool"),
        (2, "SQLite has one writer at a time"),
    ] {
        let pool = database.pool(options(connections));
        let before = cents(&database).await;
        let (writer, reader) = within_ours(&pool, &pool)
            .await
            .expect("the first transaction goes on");
        assert!(
            writer.to_string().contains(why)
                && writer.to_string().contains("::writes` cannot begin"),
            "{writer}"
        );
        match reader {
            Ok(seen) => assert_eq!((connections, seen), (2, before)),
            Err(error) => assert!(
                connections == 1 && error.to_string().contains(why),
                "{error}"
            ),
        }
        all_is_well(&database, &pool, ROW).await;
        assert_eq!(cents(&database).await, before - 200);
    }
}
