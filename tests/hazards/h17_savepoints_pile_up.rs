//! H17, PostgreSQL and SQLite: sqlx rolls back to a savepoint and does not release it. In a loop,
//! each round leaves one more savepoint. On PostgreSQL each of them takes a transaction id and a
//! lock at the next write.

use sqlx::{Acquire as _, Connection as _, Executor as _, MySql, Postgres, Sqlite};
use sqlx_transactional::{Driver, Session, transactional};
use tests::servers::{Server, TestDatabase};

use crate::accounts::{DEBIT, cents, options};

const ROUNDS: i64 = 20;
/// Counts the transaction ids of this connection: one for the transaction and each open savepoint
/// in which something was written.
const NUMBERS: &str =
    "SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND pid = pg_backend_pid()";

/// How many savepoints are still set after [`ROUNDS`] of them were rolled back to.
async fn left_by_hand<DB: Server>() -> i64 {
    let database = TestDatabase::<DB>::with_accounts().await;
    let mut connection = database.connect().await;
    let mut transaction = connection.begin().await.unwrap();
    for _ in 0..ROUNDS {
        let mut nested = transaction.begin().await.unwrap();
        DB::run(&mut nested, DEBIT.into()).await.unwrap();
        nested.rollback().await.unwrap();
    }
    let mut left = 0;
    while DB::run(
        &mut transaction,
        "RELEASE SAVEPOINT _sqlx_savepoint_1".into(),
    )
    .await
    .is_ok()
    {
        left += 1;
    }
    left
}

on! { [postgres sqlite]
    by_hand: all_are_left;
}

async fn all_are_left<DB: Server>() {
    assert_eq!(
        left_by_hand::<DB>().await,
        ROUNDS,
        "the hazard: all of them"
    );
}

/// On MySQL a savepoint replaces an earlier one of the same name.
#[tokio::test]
async fn by_hand_not_on_mysql() {
    assert_eq!(left_by_hand::<MySql>().await, 1);
}

#[tokio::test]
async fn by_hand_each_takes_a_lock_on_postgres() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let mut transaction = database.pool(options(1)).begin().await.unwrap();
    for _ in 0..ROUNDS {
        let nested = transaction.begin().await.unwrap();
        nested.rollback().await.unwrap();
    }
    transaction.execute(DEBIT).await.unwrap();
    let numbers: i64 = sqlx::query_scalar(NUMBERS)
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    assert_eq!(numbers, 1 + ROUNDS, "the hazard: for one write");
}

#[transactional(nested)]
async fn nested<DB: Driver>(session: &mut Session<DB>, fails: bool) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(DEBIT).execute(session).await?;
    if fails {
        Err(sqlx::Error::RowNotFound)
    } else {
        Ok(())
    }
}

/// Makes nested calls, of which every `every`-th fails, and then writes.
#[transactional]
async fn loops<DB: Driver>(session: &mut Session<DB>, every: i64) -> Result<(), sqlx::Error> {
    for round in 1..=ROUNDS {
        let fails = round % every == 0;
        assert_eq!(nested(&mut *session, fails).await.is_err(), fails);
    }
    sqlx::raw_sql(DEBIT).execute(session).await?;
    Ok(())
}

/// All calls fail, some fail, none fails.
const FAILING: [i64; 3] = [1, 3, ROUNDS + 1];

fn left(every: i64) -> i64 {
    900 - 100 * (ROUNDS - ROUNDS / every)
}

#[transactional]
async fn numbers(session: &mut Session<Postgres>, every: i64) -> Result<i64, sqlx::Error> {
    loops(&mut *session, every).await?;
    sqlx::query_scalar(NUMBERS).fetch_one(session).await
}

#[tokio::test]
async fn through_us_on_postgres() {
    for every in FAILING {
        let database = TestDatabase::<Postgres>::with_accounts().await;
        let numbers = numbers(&database.pool(options(1)), every).await.unwrap();
        assert!(
            numbers <= 2,
            "every {every}: {numbers}, and one savepoint at the most is left for COMMIT"
        );
        assert_eq!(cents(&database).await, left(every));
    }
}

/// Releases the crate's savepoint without the session's knowledge.
const RELEASE: &str = "RELEASE SAVEPOINT sqlx_tx_1";

/// Returns an error that contains how many of the crate's savepoints are still set.
#[transactional]
async fn still_set(session: &mut Session<Sqlite>, every: i64) -> Result<(), sqlx::Error> {
    loops(&mut *session, every).await?;
    let mut left = 0;
    while session.connection().await?.execute(RELEASE).await.is_ok() {
        left += 1;
    }
    Err(sqlx::Error::Protocol(left.to_string()))
}

#[transactional(nested)]
async fn the_one(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session
        .connection()
        .await?
        .execute(RELEASE)
        .await
        .expect("the savepoint has this name");
    Ok(())
}

#[transactional]
async fn within_one(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    the_one(session).await
}

#[tokio::test]
async fn through_us_on_sqlite() {
    for every in FAILING {
        let database = TestDatabase::<Sqlite>::with_accounts().await;
        let pool = database.pool(options(1));
        let left_set = still_set(&pool, every).await.unwrap_err().to_string();
        assert!(
            left_set.ends_with(": 0") || left_set.ends_with(": 1"),
            "every {every}: {left_set}"
        );
        loops(&pool, every).await.unwrap();
        assert_eq!(cents(&database).await, left(every));
        within_one(&pool)
            .await
            .expect_err("the crate detects the missing savepoint");
    }
}
