//! H29, MariaDB and SQLite: settings belong to the connection, and its next user inherits them. An
//! isolation level for the next transaction only stays set if that transaction does not begin.

use sqlx::sqlite::SqlitePool;
use sqlx::{Executor as _, MySql, MySqlPool, Sqlite};
use sqlx_transactional::{ReadOnly, Session, transactional};
use tests::checks::{PROMISED, all_is_well};
use tests::explorer::every_poll;
use tests::servers::TestDatabase;
use tokio::time::timeout;

use crate::accounts::{DEBIT, ROW, code, options};
use crate::mariadb::number;

async fn lock_timeout(pool: &MySqlPool) -> u64 {
    sqlx::query_scalar("SELECT @@innodb_lock_wait_timeout")
        .fetch_one(pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn by_hand_on_mysql() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    assert_eq!(lock_timeout(&pool).await, 50);
    let mut transaction = pool.begin().await.unwrap();
    transaction
        .execute("SET SESSION innodb_lock_wait_timeout = 3")
        .await
        .unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(
        lock_timeout(&pool).await,
        3,
        "the hazard: every later user gets it"
    );
}

#[tokio::test]
async fn by_hand_a_level_waits_for_the_next_transaction_on_mysql() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    let begin = "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SET SESSION no_such_setting = 1; START TRANSACTION";
    assert_eq!(
        number(&pool.execute(begin).await.expect_err("no such setting")),
        1193
    );
    let mut transaction = pool.begin().await.unwrap();
    transaction
        .execute("SELECT cents FROM accounts WHERE id = 1")
        .await
        .unwrap();
    let locked = database
        .connect()
        .await
        .execute("SELECT 1 FROM accounts WHERE id = 1 FOR UPDATE NOWAIT")
        .await;
    assert_eq!(
        number(&locked.expect_err("the hazard: it is serializable")),
        1205
    );
}

#[transactional(timeout = "5s", lock_timeout = "3s")]
async fn limited(session: &mut Session<MySql>) -> Result<u64, sqlx::Error> {
    session.execute(DEBIT).await?;
    sqlx::query_scalar("SELECT @@innodb_lock_wait_timeout")
        .fetch_one(session)
        .await
}

/// Cancelled at each poll: the settings are restored, or the connection is closed.
#[tokio::test]
async fn through_us_on_mysql() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    every_poll(async |cut| {
        let outcome = cut.apply(limited(&pool)).await;
        if let Some(outcome) = &outcome {
            assert_eq!(*outcome.as_ref().expect("nothing fails"), 3);
        }
        assert_eq!(
            timeout(PROMISED, lock_timeout(&pool))
                .await
                .expect("the permit is back"),
            50
        );
        all_is_well(&database, &pool, ROW).await;
        outcome.is_some()
    })
    .await;
}

/// The busy timeout of the pool's only connection, and whether it refuses to write.
async fn settings(pool: &SqlitePool) -> (i64, i64) {
    let busy_timeout = sqlx::query_scalar("PRAGMA busy_timeout")
        .fetch_one(pool)
        .await
        .unwrap();
    (
        busy_timeout,
        sqlx::query_scalar("PRAGMA query_only")
            .fetch_one(pool)
            .await
            .unwrap(),
    )
}

#[tokio::test]
async fn by_hand_on_sqlite() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let pool = database.pool(options(1));
    assert_eq!(settings(&pool).await, (5000, 0));
    let mut transaction = pool.begin().await.unwrap();
    transaction
        .execute("PRAGMA busy_timeout = 7; PRAGMA query_only = 1")
        .await
        .unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(
        settings(&pool).await,
        (7, 1),
        "the hazard: every later user gets them"
    );
    assert_eq!(
        code(
            &pool
                .execute(DEBIT)
                .await
                .expect_err("the hazard: no later user can write")
        ),
        "8"
    );
}

#[transactional(lock_timeout = "3s")]
async fn reads(session: &mut Session<Sqlite, ReadOnly>) -> Result<(i64, i64), sqlx::Error> {
    let busy_timeout = sqlx::query_scalar("PRAGMA busy_timeout")
        .fetch_one(&mut *session)
        .await?;
    Ok((
        busy_timeout,
        sqlx::query_scalar("PRAGMA query_only")
            .fetch_one(session)
            .await?,
    ))
}

#[tokio::test]
async fn through_us_on_sqlite() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let pool = database.pool(options(1));
    every_poll(async |cut| {
        let outcome = cut.apply(reads(&pool)).await;
        if let Some(outcome) = &outcome {
            assert_eq!(*outcome.as_ref().expect("nothing fails"), (3000, 1));
        }
        assert_eq!(
            timeout(PROMISED, settings(&pool))
                .await
                .expect("the permit is back"),
            (5000, 0)
        );
        all_is_well(&database, &pool, ROW).await;
        outcome.is_some()
    })
    .await;
}
