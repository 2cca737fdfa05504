//! H29, MariaDB: settings belong to the connection, and the pool's next user inherits them. A level that was set for one transaction which
//! then did not begin is the next one's.

use sqlx::{Executor as _, MySql, MySqlPool};
use sqlx_transactional::{Session, transactional};
use tests::checks::{PROMISED, all_is_well};
use tests::explorer::every_poll;
use tests::servers::TestDatabase;
use tokio::time::timeout;

use crate::accounts::{DEBIT, ROW, options};
use crate::mariadb::number;

async fn lock_timeout(pool: &MySqlPool) -> u64 {
    sqlx::query_scalar("SELECT @@innodb_lock_wait_timeout").fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    assert_eq!(lock_timeout(&pool).await, 50);
    let mut transaction = pool.begin().await.unwrap();
    transaction.execute("SET SESSION innodb_lock_wait_timeout = 3").await.unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(lock_timeout(&pool).await, 3, "the hazard: for everybody");
}

#[tokio::test]
async fn by_hand_a_level_waits_for_the_next_transaction() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    let begin = "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SET SESSION no_such_setting = 1; START TRANSACTION";
    assert_eq!(number(&pool.execute(begin).await.expect_err("no such setting")), 1193);
    let mut transaction = pool.begin().await.unwrap();
    transaction.execute("SELECT cents FROM accounts WHERE id = 1").await.unwrap();
    let locked = database.connect().await.execute("SELECT 1 FROM accounts WHERE id = 1 FOR UPDATE NOWAIT").await;
    assert_eq!(number(&locked.expect_err("the hazard: it is serializable")), 1205);
}

#[transactional(timeout = "5s", lock_timeout = "3s")]
async fn limited(session: &mut Session<MySql>) -> Result<u64, sqlx::Error> {
    session.execute(DEBIT).await?;
    sqlx::query_scalar("SELECT @@innodb_lock_wait_timeout").fetch_one(session).await
}

/// Cancelled anywhere: what was set is put back, or gone with its connection.
#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    every_poll(async |cut| {
        let outcome = cut.apply(limited(&pool)).await;
        if let Some(outcome) = &outcome {
            assert_eq!(*outcome.as_ref().expect("nothing fails"), 3);
        }
        assert_eq!(timeout(PROMISED, lock_timeout(&pool)).await.expect("the permit is back"), 50);
        all_is_well(&database, &pool, ROW).await;
        outcome.is_some()
    })
    .await;
}
