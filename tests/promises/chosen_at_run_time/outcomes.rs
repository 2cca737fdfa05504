//! Ok, Err, joined, nested and read-only calls, hooks and errors.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::FutureExt as _;
use sqlx::{Any, Pool, Postgres, Sqlite};
use sqlx_transactional::{Class, Constraint, Error, ReadOnly, Session, transactional};
use tests::checks::PROMISED;
use tests::explorer::{Cut, every_poll};
use tests::servers::Server;

use super::{Anything, add, all_is_well, audited, open, total, transfer};
use crate::bank::{BankError, balances};

on_each_url! {
    settles
    joins
    nests
    reads
    runs_hooks
    keeps_the_meaning_of_errors
}

#[transactional]
async fn panics(session: &mut Session<Any>) -> Result<(), BankError> {
    add(session, 1, 300).await?;
    panic!("half-way")
}

async fn settles<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    transfer(&pool, 1, 2, 300).await.expect("there is enough");
    assert_eq!(balances(&database).await, (700, 1300));
    assert!(matches!(
        transfer(&pool, 1, 2, 5000).await,
        Err(BankError::Overdraft)
    ));
    assert!(
        AssertUnwindSafe(panics(&pool))
            .catch_unwind()
            .await
            .is_err()
    );
    all_is_well(&database, &pool).await;
    assert_eq!(balances(&database).await, (700, 1300));
}

#[transactional]
async fn swallows(session: &mut Session<Any>) -> Anything {
    let _ = transfer(session, 1, 2, 5000).await;
    Ok(())
}

async fn joins<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    let refused = swallows(&pool)
        .await
        .expect_err("a joined call has written and failed");
    assert!(
        matches!(
            Error::find(&*refused),
            Some(Error::RolledBack { by: Some(_), .. })
        ),
        "{refused:?}"
    );
    all_is_well(&database, &pool).await;
    assert_eq!(balances(&database).await, (1000, 1000));
}

#[transactional(nested)]
async fn fee(session: &mut Session<Any>, cents: i64) -> Result<(), BankError> {
    add(session, 2, -cents).await?;
    Ok(())
}

#[transactional]
async fn with_fee(session: &mut Session<Any>, cents: i64) -> Result<bool, BankError> {
    add(&mut *session, 1, 300).await?;
    let paid = fee(&mut *session, cents).await.is_ok();
    add(session, 1, 1).await?;
    Ok(paid)
}

#[transactional]
async fn cancels_a_nested_call(session: &mut Session<Any>, cut: Cut) -> Result<bool, BankError> {
    add(&mut *session, 1, 1).await?;
    let finished = cut.apply(fee(&mut *session, 1)).await.is_some();
    add(session, 1, 1).await?;
    Ok(finished)
}

async fn nests<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    assert!(!with_fee(&pool, 5000).await.expect("the fee may fail"));
    assert_eq!(balances(&database).await, (1301, 1000));
    assert!(with_fee(&pool, 5).await.expect("nothing fails"));
    assert_eq!(balances(&database).await, (1602, 995));

    every_poll(async |cut| {
        let before = balances(&database).await;
        let outcome = cancels_a_nested_call(&pool, cut).await;
        let after = balances(&database).await;
        match outcome {
            Ok(finished) => assert_eq!(after, (before.0 + 2, before.1 - i64::from(finished))),
            // MySQL: the connection is lost when a statement is cancelled.
            Err(_) => assert!(DB::NAME == "MySQL" && after == before),
        }
        matches!(outcome, Ok(true))
    })
    .await;
    all_is_well(&database, &pool).await;
}

#[transactional]
async fn writes(session: &mut Session<Any, ReadOnly>) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE accounts SET cents = 0")
        .execute(session)
        .await?;
    Ok(())
}

async fn reads<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    for _ in 0..20 {
        assert_eq!(total(&pool).await.expect("nothing fails"), 2000);
        assert_eq!(audited(&pool).await.expect("nothing fails"), 2000);
        assert!(writes(&pool).await.is_err());
        transfer(&pool, 1, 2, 1)
            .await
            .expect("the connection can write");
    }
    all_is_well(&database, &pool).await;
    assert_eq!(balances(&database).await, (980, 1020));
}

#[transactional]
async fn counted(
    session: &mut Session<Any>,
    count: &Arc<AtomicUsize>,
    ok: bool,
) -> Result<(), BankError> {
    for (number, rolled_back) in [(1, false), (100, true)] {
        let count = Arc::clone(count);
        let hook = async move {
            count.fetch_add(number, Ordering::SeqCst);
        };
        if rolled_back {
            session.after_rollback(hook);
        } else {
            session.after_commit(hook);
        }
    }
    add(session, 1, 1).await?;
    if ok {
        Ok(())
    } else {
        Err(BankError::Overdraft)
    }
}

async fn runs_hooks<DB: Server>() {
    let (_database, pool) = open::<DB>(1).await;
    let count = Arc::default();
    counted(&pool, &count, true).await.expect("nothing fails");
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert!(counted(&pool, &count, false).await.is_err());
    assert_eq!(count.load(Ordering::SeqCst), 101);
}

#[transactional]
async fn twice_the_same(session: &mut Session<Any>) -> Result<(), sqlx::Error> {
    let twice = sqlx::query("INSERT INTO accounts VALUES (1, 0)")
        .execute(&mut *session)
        .await
        .expect_err("the row exists");
    assert_eq!(Class::of(&twice), Class::Constraint(Constraint::Unique));
    drop(twice);
    sqlx::query("UPDATE accounts SET cents = 0 WHERE id = 2")
        .execute(session)
        .await?;
    Ok(())
}

/// On `PostgreSQL` any error aborts the transaction. On the others it goes on.
async fn keeps_the_meaning_of_errors<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    let outcome = twice_the_same(&pool).await;
    if DB::NAME == "PostgreSQL" {
        assert_eq!(
            Class::of(&outcome.expect_err("it was aborted")),
            Class::Constraint(Constraint::Unique)
        );
        assert_eq!(balances(&database).await, (1000, 1000));
    } else {
        outcome.expect("only the statement failed");
        assert_eq!(balances(&database).await, (1000, 0));
    }
    all_is_well(&database, &pool).await;
}

#[transactional]
async fn writes_twice(session: &mut Session<Any>, pool: &Pool<Any>) -> Result<(), BankError> {
    add(session, 1, 1).await?;
    add(pool, 2, 1).await?;
    Ok(())
}

#[tokio::test]
async fn a_second_writer_is_refused_where_it_would_wait_for_ever() {
    let (database, pool) = open::<Sqlite>(2).await;
    let outcome = tokio::time::timeout(PROMISED, writes_twice(&pool, &pool))
        .await
        .expect("it does not wait");
    assert!(
        matches!(&outcome, Err(BankError::Database(error)) if error.to_string().contains("one writer")),
        "{outcome:?}"
    );
    assert_eq!(balances(&database).await, (1000, 1000));

    let (database, pool) = open::<Postgres>(2).await;
    writes_twice(&pool, &pool)
        .await
        .expect("the rows are not the same");
    assert_eq!(balances(&database).await, (1001, 1001));
}
