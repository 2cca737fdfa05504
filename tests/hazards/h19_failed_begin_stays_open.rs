//! H19: a BEGIN of several statements that fails half-way leaves its connection in the pool, inside
//! a transaction. On PostgreSQL every later user gets 25P02, on MariaDB later writes are never
//! committed, and on SQLite the connection keeps the write lock.

use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::{MySql, Postgres, Sqlite};
use tests::checks::{all_is_well, open_transactions, row_is_locked};
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, ROW, cents, code, debit, options};
use crate::mariadb::number;

#[tokio::test]
async fn by_hand_on_postgres() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let pool = database.pool(options(1));
    let error = pool
        .begin_with("BEGIN; SET LOCAL statement_timeout = 'soon'")
        .await
        .expect_err("no such time");
    assert_eq!(code(&error), "22023");
    for _ in 0..3 {
        let error = sqlx::query(DEBIT)
            .execute(&pool)
            .await
            .expect_err("the hazard: an aborted transaction");
        assert_eq!(code(&error), "25P02");
    }
}

#[tokio::test]
async fn by_hand_on_sqlite() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let pool = database.pool(options(1));
    pool.begin_with("BEGIN IMMEDIATE; SELECT nonsense")
        .await
        .expect_err("no such column");
    assert!(
        row_is_locked(&database, ROW, Duration::from_millis(100)).await,
        "the hazard: the lock of an idle connection"
    );
}

/// The transaction has begun when the second statement fails: 1193 is an unknown system variable.
const HALF_WAY: &str = "START TRANSACTION; SET SESSION no_such_setting = 1";

#[tokio::test]
async fn by_hand_on_mysql() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    assert_eq!(
        number(
            &pool
                .begin_with(HALF_WAY)
                .await
                .expect_err("no such setting")
        ),
        1193
    );
    let done = sqlx::query(DEBIT)
        .execute(&pool)
        .await
        .expect("the hazard: the write is Ok");
    assert_eq!(
        (done.rows_affected(), cents(&database).await),
        (1, 1000),
        "the hazard: it is never committed"
    );
    assert!(!open_transactions(&database).await.is_empty());
}

/// The crate's BEGIN cannot fail after START TRANSACTION. But the pool may hand it a connection on
/// which another BEGIN failed.
#[tokio::test]
async fn through_us_on_mysql() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    pool.begin_with(HALF_WAY)
        .await
        .expect_err("no such setting");
    sqlx::query(DEBIT)
        .execute(&pool)
        .await
        .expect("in the open transaction");
    debit(&pool)
        .await
        .expect("the call begins its own transaction");
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(
        cents(&database).await,
        900,
        "only the call's write is stored"
    );
}

/// The second half of the crate's BEGIN calls `pg_backend_pid`. The test shadows that function with
/// one that fails.
#[tokio::test]
async fn through_us_on_postgres() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let broken = "CREATE SCHEMA broken;
         CREATE FUNCTION broken.pg_backend_pid() RETURNS integer LANGUAGE sql AS 'SELECT 1 / 0'";
    database.run(broken).await;
    let path = [("search_path", "broken,pg_catalog,public")];
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect_lazy_with(database.options().options(path));
    let error = debit(&pool).await.expect_err("BEGIN fails half-way");
    assert_eq!(code(&error), "22012");
    all_is_well(&database, &pool, ROW).await;
    database.run("DROP SCHEMA broken CASCADE").await;
    debit(&pool).await.expect("the connection works again");
}

#[tokio::test]
async fn through_us_on_sqlite() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let pool = options(1).connect_lazy_with(database.options().busy_timeout(Duration::ZERO));
    let mut other = database.connect().await;
    let writing = sqlx::Connection::begin_with(&mut other, "BEGIN IMMEDIATE")
        .await
        .unwrap();
    let error = debit(&pool)
        .await
        .expect_err("BEGIN is refused: another one writes");
    assert_eq!(code(&error), "5");
    writing.rollback().await.unwrap();
    all_is_well(&database, &pool, ROW).await;
    debit(&pool).await.expect("the connection works again");
}
