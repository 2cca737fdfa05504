//! H17, PostgreSQL and SQLite: sqlx rolls back to a savepoint and leaves it set. In a loop there is one more in each round, and on
//! PostgreSQL each of them takes a transaction number, and a lock, with the next write.

use sqlx::{Acquire as _, Connection as _, Executor as _, MySql, Postgres, Sqlite};
use sqlx_transactional::{Session, transactional};
use tests::servers::{Server, TestDatabase};

use crate::accounts::{DEBIT, cents, options};

const ROUNDS: i64 = 20;
/// One for each open level in which, or inside of which, something was written.
const NUMBERS: &str = "SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND pid = pg_backend_pid()";

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
    while DB::run(&mut transaction, "RELEASE SAVEPOINT _sqlx_savepoint_1".into()).await.is_ok() {
        left += 1;
    }
    left
}

#[tokio::test]
async fn by_hand() {
    assert_eq!(left_by_hand::<Postgres>().await, ROUNDS, "the hazard: all of them");
    assert_eq!(left_by_hand::<Sqlite>().await, ROUNDS, "the hazard: all of them");
    // A savepoint replaces the earlier one of its name.
    assert_eq!(left_by_hand::<MySql>().await, 1);
}

#[tokio::test]
async fn by_hand_each_takes_a_lock() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let mut transaction = database.pool(options(1)).begin().await.unwrap();
    for _ in 0..ROUNDS {
        let nested = transaction.begin().await.unwrap();
        nested.rollback().await.unwrap();
    }
    transaction.execute(DEBIT).await.unwrap();
    let numbers: i64 = sqlx::query_scalar(NUMBERS).fetch_one(&mut *transaction).await.unwrap();
    assert_eq!(numbers, 1 + ROUNDS, "the hazard: for one write");
}

#[transactional(nested)]
async fn nested(session: &mut Session<Postgres>, fails: bool) -> Result<(), sqlx::Error> {
    session.execute(DEBIT).await?;
    if fails { Err(sqlx::Error::RowNotFound) } else { Ok(()) }
}

/// How many levels there are for a write after so many nested calls.
#[transactional]
async fn loops(session: &mut Session<Postgres>, fails: fn(i64) -> bool) -> Result<i64, sqlx::Error> {
    for round in 0..ROUNDS {
        assert_eq!(nested(&mut *session, fails(round)).await.is_err(), fails(round));
    }
    session.execute(DEBIT).await?;
    sqlx::query_scalar(NUMBERS).fetch_one(session).await
}

/// Not shown on SQLite, which tells nobody what is set; the statements are the same.
#[tokio::test]
async fn through_us() {
    let rounds: [(&str, fn(i64) -> bool); 3] = [("Err", |_| true), ("Ok", |_| false), ("both", |round| round % 3 == 0)];
    for (name, fails) in rounds {
        let database = TestDatabase::<Postgres>::with_accounts().await;
        assert_eq!(loops(&database.pool(options(1)), fails).await.unwrap(), 1, "{name}");
        let kept = 1 + (0..ROUNDS).filter(|round| !fails(*round)).count();
        assert_eq!(cents(&database).await, 1000 - 100 * i64::try_from(kept).unwrap());
    }
}
