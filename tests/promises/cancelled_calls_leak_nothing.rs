//! A call can be cancelled at any poll: no transaction or lock stays, no permit is lost, all or
//! nothing of it is stored, and the next call works. On PostgreSQL and MariaDB, also with answers
//! that arrive in small pieces, so that a call is cancelled in the middle of a message.

use futures_util::TryStreamExt as _;
use sqlx_transactional::{Session, transactional};
use tests::checks::{PROMISED, all_is_well};
use tests::explorer::{Cut, every_poll};
use tests::proxy::Proxy;
use tests::servers::TestDatabase;

use crate::bank::{BankError, balances, options, sql};

/// Rows for a stream that is dropped before its end.
const ROWS: &str =
    "INSERT INTO accounts SELECT value, 0 FROM (WITH RECURSIVE n(value) AS (SELECT 3 UNION ALL SELECT value + 1 FROM n WHERE value < 27)
    SELECT value FROM n) AS numbers";

on_each_database! {
    /// Uses a session in every way: writes, joined calls, prepared and simple statements, a stream
    /// that is dropped before its end.
    #[transactional]
    async fn busy(session: &mut Session<DB>, fail: bool) -> Result<(), BankError> {
        sqlx::query(sql::<DB>("UPDATE accounts SET cents = cents - 10 WHERE id = $1")).bind(1_i64).execute(&mut *session).await?;
        let mut rows = sqlx::query(sql::<DB>("SELECT id FROM accounts WHERE id > $1 ORDER BY id")).bind(0_i64).fetch(&mut *session);
        for _ in 0..3 {
            rows.try_next().await?;
        }
        drop(rows);
        add(&mut *session, 2, 10).await?;
        sqlx::raw_sql("UPDATE accounts SET cents = cents; SELECT 1").execute(session).await?;
        if fail { Err(BankError::Overdraft) } else { Ok(()) }
    }

    pub(super) async fn explore(database: &TestDatabase<DB>, pool: &sqlx::Pool<DB>, fail: bool) {
        let mut stored = 0;
        let explored = every_poll(async |cut: Cut| {
            let before = balances(database).await;
            let outcome = cut.apply(busy(pool, fail)).await;
            all_is_well(database, pool, "accounts WHERE id = 1").await;
            let after = balances(database).await;
            let whole = (before.0 - 10, before.1 + 10);
            match &outcome {
                Some(Ok(())) => assert_eq!(after, whole, "acknowledged and not stored"),
                Some(Err(error)) => assert_eq!(after, before, "{error:?}, and stored"),
                // COMMIT was on its way: all of the call is stored, or nothing.
                None => assert!(after == before || after == whole, "{before:?} became {after:?}"),
            }
            stored += usize::from(outcome.is_none() && after == whole);
            tokio::time::timeout(PROMISED, busy(pool, false)).await.expect("the next call does not hang").expect("the next call succeeds");
            outcome.is_some()
        })
        .await;
        println!("{}: {} cancelled over {} polls, {stored} of them stored as a whole, {} finished", <DB as sqlx::Database>::NAME, explored.cancelled, explored.polls, explored.finished);
    }

    #[tokio::test]
    async fn at_every_poll_of_a_call_that_commits() {
        let database = TestDatabase::<DB>::with_accounts().await;
        database.run(ROWS).await;
        explore(&database, &database.pool(options(2)), false).await;
    }

    #[tokio::test]
    async fn at_every_poll_of_a_call_that_rolls_back() {
        let database = TestDatabase::<DB>::with_accounts().await;
        database.run(ROWS).await;
        explore(&database, &database.pool(options(2)), true).await;
    }
}

macro_rules! in_pieces {
    ($($database:ident: $fail:literal, $name:ident;)*) => { $(
        #[tokio::test]
        async fn $name() {
            let database = TestDatabase::with_accounts().await;
            database.run(ROWS).await;
            let proxy = Proxy::of(&database);
            proxy.split(3..=12);
            let pool = database.pool_through(&proxy, options(2));
            $database::explore(&database, &pool, $fail).await;
        }
    )* };
}
in_pieces! {
    postgres: false, at_every_piece_of_a_call_that_commits_on_postgres;
    postgres: true, at_every_piece_of_a_call_that_rolls_back_on_postgres;
    mysql: false, at_every_piece_of_a_call_that_commits_on_mysql;
    mysql: true, at_every_piece_of_a_call_that_rolls_back_on_mysql;
}

mod in_memory {
    use super::*;
    use crate::bank::sqlite::transfer;

    /// The crate never closes the connection of an in-memory database, because that would lose the
    /// data.
    #[tokio::test]
    async fn the_database_survives() {
        let pool = tests::servers::memory_pool();
        sqlx::raw_sql(
            "CREATE TABLE accounts (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL); INSERT INTO accounts VALUES (1, 1000), (2, 1000)",
        )
        .execute(&pool)
        .await
        .expect("a fresh database");
        every_poll(async |cut| {
            let outcome = cut.apply(transfer(&pool, 1, 2, 1)).await;
            tokio::time::timeout(PROMISED, transfer(&pool, 2, 1, 1))
                .await
                .expect("served")
                .expect("there is enough");
            outcome.is_some()
        })
        .await;
        let total: i64 = sqlx::query_scalar("SELECT sum(cents) FROM accounts")
            .fetch_one(&pool)
            .await
            .expect("the table is there");
        assert_eq!(total, 2000);
    }
}
