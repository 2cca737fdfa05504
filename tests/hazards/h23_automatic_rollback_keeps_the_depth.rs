//! H23, SQLite: a transaction that was rolled back by the database still counts for sqlx, because
//! its own ROLLBACK fails. The connection goes back to the pool like that, and can never again
//! begin a transaction in any other way than the default one.

use sqlx::sqlite::SqlitePool;
use sqlx::{Executor as _, Sqlite};
use sqlx_transactional::{Session, transactional};
use tests::checks::all_is_well;
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, ROW, cents, code, debit, options};

const ROLLS_BACK: &str = "INSERT OR ROLLBACK INTO accounts VALUES (1, 0)";

/// What every later user of the pool's one connection gets.
async fn begins(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    pool.begin_with("BEGIN IMMEDIATE").await?.rollback().await
}

async fn spoils(pool: &SqlitePool) {
    let mut transaction = pool.begin().await.unwrap();
    let error = transaction
        .execute(ROLLS_BACK)
        .await
        .expect_err("there is one");
    assert_eq!(code(&error), "1555");
    transaction
        .rollback()
        .await
        .expect_err("no transaction is active");
}

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let pool = database.pool(options(1));
    begins(&pool).await.expect("nothing has happened yet");
    spoils(&pool).await;
    for _ in 0..5 {
        let error = begins(&pool).await.expect_err("the hazard: for ever");
        assert!(
            matches!(error, sqlx::Error::InvalidSavePointStatement),
            "{error:?}"
        );
    }
}

#[transactional]
async fn ends(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.execute(DEBIT).await?;
    session.execute(ROLLS_BACK).await?;
    Ok(())
}

/// Nobody who gets the connection after us is worse off.
#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let pool = database.pool(options(1));
    assert_eq!(code(&ends(&pool).await.expect_err("there is one")), "1555");
    begins(&pool).await.expect("sqlx has no part in it");
    debit(&pool).await.expect("nor have we");
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(cents(&database).await, 900);
}

/// Nor are we after others.
#[tokio::test]
async fn through_us_after_others() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let pool = database.pool(options(1));
    spoils(&pool).await;
    for left in [900, 800] {
        debit(&pool)
            .await
            .expect("what sqlx counts does not matter");
        assert_eq!(cents(&database).await, left);
    }
}
