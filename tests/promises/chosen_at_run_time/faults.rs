//! Deadlines, cancelled calls, and connections that earlier users left in a transaction.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::Any;
use sqlx_transactional::{Class, Error, Session, transactional};
use tests::checks::{PROMISED, open_transactions, row_is_locked};
use tests::explorer::{Cut, every_poll};
use tests::servers::Server;

use super::{Anything, ROW, add, all_is_well, audited, open};
use crate::bank::{BankError, balances};

on_each_url! {
    ends_in_time
    stops_what_runs
    finds_out_that_the_transaction_is_gone
    replaces_a_connection_that_was_left_in_a_transaction
    puts_settings_back
    leaks_nothing_at_any_poll
}

#[transactional(timeout = "100ms")]
async fn waits(session: &mut Session<Any>) -> Result<(), BankError> {
    add(session, 1, 300).await?;
    std::future::pending().await
}

async fn ends_in_time<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    let outcome = waits(&pool).await;
    assert!(
        matches!(&outcome, Err(BankError::Database(error)) if Class::of(error) == Class::Timeout),
        "{outcome:?}"
    );
    all_is_well(&database, &pool).await;
    assert_eq!(balances(&database).await, (1000, 1000));
}

#[transactional]
async fn long(session: &mut Session<Any>, statement: &'static str) -> Result<(), BankError> {
    add(&mut *session, 1, 300).await?;
    sqlx::raw_sql(statement).execute(session).await?;
    Ok(())
}

/// On `SQLite` the statement cannot be stopped: the crate waits for its end.
async fn stops_what_runs<DB: Server>() {
    let statement = match DB::NAME {
        "PostgreSQL" => "SELECT pg_sleep(5)",
        "MySQL" => "SELECT SLEEP(5)",
        _ => {
            "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 200000) SELECT max(value) FROM n"
        }
    };
    let (database, pool) = open::<DB>(1).await;
    let call = tokio::spawn({
        let pool = pool.clone();
        async move { long(&pool, statement).await }
    });
    while !row_is_locked(&database, ROW, Duration::from_millis(1)).await {}
    while DB::NAME != "SQLite"
        && !open_transactions(&database)
            .await
            .iter()
            .any(|line| line.to_lowercase().contains("sleep"))
    {}
    call.abort();
    all_is_well(&database, &pool).await;
    assert_eq!(balances(&database).await, (1000, 1000));
}

#[transactional]
async fn ends_it_behind_our_back(session: &mut Session<Any>, end: &'static str) -> Anything {
    sqlx::query("UPDATE accounts SET cents = 0")
        .execute(&mut *session)
        .await?;
    sqlx::raw_sql(end)
        .execute(session.connection().await?)
        .await?;
    Ok(())
}

async fn finds_out_that_the_transaction_is_gone<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    let error = ends_it_behind_our_back(&pool, "ROLLBACK")
        .await
        .expect_err("nothing was stored");
    assert!(
        matches!(Error::find(&*error), Some(Error::TransactionControl { .. })),
        "{error:?}"
    );
    all_is_well(&database, &pool).await;
    assert_eq!(balances(&database).await, (1000, 1000));
}

async fn replaces_a_connection_that_was_left_in_a_transaction<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    for begin in ["BEGIN", "BEGIN; UPDATE accounts SET cents = 0 WHERE id = 2"] {
        sqlx::raw_sql(begin)
            .execute(&pool)
            .await
            .expect("sqlx sends it");
        let served = audited(&pool).await;
        assert_eq!(served.expect("the call works after a rollback"), 2000);
    }
    all_is_well(&database, &pool).await;
}

#[transactional(timeout = "1500ms", lock_timeout = "1200ms")]
async fn limits(session: &mut Session<Any>, settings: &'static str) -> Result<String, sqlx::Error> {
    sqlx::query_scalar(settings).fetch_one(session).await
}

async fn puts_settings_back<DB: Server>() {
    let (settings, inside, outside) = match DB::NAME {
        "PostgreSQL" => (
            "SELECT concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'))",
            "1500ms 1200ms",
            "0 0",
        ),
        "MySQL" => (
            "SELECT CONCAT_WS(' ', @@max_statement_time, @@innodb_lock_wait_timeout)",
            "1.500000 2",
            "0.000000 50",
        ),
        _ => (
            "SELECT CAST(timeout AS TEXT) FROM pragma_busy_timeout",
            "1200",
            "5000",
        ),
    };
    let (database, pool) = open::<DB>(1).await;
    assert_eq!(
        limits(&pool, settings).await.expect("nothing fails"),
        inside
    );
    let after: String = sqlx::query_scalar(settings)
        .fetch_one(&pool)
        .await
        .expect("the connection works");
    assert_eq!(after, outside);
    all_is_well(&database, &pool).await;
}

/// Uses a session in every way: writes, joined calls, prepared and simple statements, a stream that
/// is dropped before its end.
#[transactional]
async fn busy(session: &mut Session<Any>, fail: bool) -> Result<(), BankError> {
    sqlx::query("UPDATE accounts SET cents = cents - 10 WHERE id = 1")
        .execute(&mut *session)
        .await?;
    let mut rows = sqlx::query("SELECT id FROM accounts ORDER BY id").fetch(&mut *session);
    for _ in 0..3 {
        rows.try_next().await?;
    }
    drop(rows);
    add(&mut *session, 2, 10).await?;
    sqlx::raw_sql("UPDATE accounts SET cents = cents; SELECT 1")
        .execute(session)
        .await?;
    if fail {
        Err(BankError::Overdraft)
    } else {
        Ok(())
    }
}

async fn leaks_nothing_at_any_poll<DB: Server>() {
    let (database, pool) = open::<DB>(2).await;
    let more: Vec<_> = (3..28).map(|id| format!("({id}, 0)")).collect();
    database
        .run(&format!("INSERT INTO accounts VALUES {}", more.join(", ")))
        .await;
    for fail in [false, true] {
        let explored = every_poll(async |cut: Cut| {
            let before = balances(&database).await;
            let outcome = cut.apply(busy(&pool, fail)).await;
            all_is_well(&database, &pool).await;
            let after = balances(&database).await;
            let whole = (before.0 - 10, before.1 + 10);
            match &outcome {
                Some(Ok(())) => assert_eq!(after, whole, "acknowledged and not stored"),
                Some(Err(error)) => assert_eq!(after, before, "{error:?}, and stored"),
                None => assert!(
                    after == before || after == whole,
                    "{before:?} became {after:?}"
                ),
            }
            tokio::time::timeout(PROMISED, busy(&pool, false))
                .await
                .expect("the next call does not hang")
                .expect("and succeeds");
            outcome.is_some()
        })
        .await;
        println!("{} behind Any: {explored:?}", DB::NAME);
    }
}
