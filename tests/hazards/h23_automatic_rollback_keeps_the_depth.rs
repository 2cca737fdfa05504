//! H23, SQLite: after the database has rolled back a transaction by itself, sqlx still counts it as
//! open, because its own ROLLBACK fails. The connection returns to the pool with that count, and
//! from then on it cannot begin a transaction other than the default one.

use sqlx::sqlite::SqlitePool;
use sqlx::{Executor as _, Sqlite};
use sqlx_transactional::{Session, transactional};
use tests::checks::all_is_well;
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, ROW, cents, code, debit, options};

const ROLLS_BACK: &str = "INSERT OR ROLLBACK INTO accounts VALUES (1, 0)";

/// Begins a transaction in another way than the default, on the pool's only connection.
async fn begins(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    pool.begin_with("BEGIN IMMEDIATE").await?.rollback().await
}

async fn spoils(pool: &SqlitePool) {
    let mut transaction = pool.begin().await.unwrap();
    let error = transaction
        .execute(ROLLS_BACK)
        .await
        .expect_err("the row exists");
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
        let error = begins(&pool)
            .await
            .expect_err("the hazard: it never begins one again");
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

/// Later users of the connection are not affected by the crate.
#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let pool = database.pool(options(1));
    assert_eq!(
        code(&ends(&pool).await.expect_err("the row exists")),
        "1555"
    );
    begins(&pool).await.expect("sqlx has not counted it");
    debit(&pool).await.expect("the crate has not counted it");
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(cents(&database).await, 900);
}

/// The crate is not affected by earlier users of the connection.
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
