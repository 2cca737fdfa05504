//! H10: a transaction that is dropped is rolled back in the background, when the pool takes its
//! connection back. Until then it holds its locks, and a retry that follows at once meets them.
//! SQLite is not affected: `Drop` hands the rollback to the worker before any other statement.

use std::time::Duration;

use sqlx_transactional::{Driver, RepeatableRead, Session, retry_on_error, transactional};
use tests::proxy::{Fault, Point, Proxied, Proxy, Way};
use tests::servers::{Server, TestDatabase};
use tokio::sync::Mutex;

use crate::accounts::{DEBIT, cents, options};
use crate::conflict::{self, Conflict, Rival};

on! { [postgres mysql]
    by_hand: held_after_drop;
    by_hand_not_after_rollback: free_after_rollback;
    through_us: free_when_the_call_returns;
    through_us_again: free_when_it_runs_again;
    through_us_after_a_conflict: free_when_it_runs_again_at_once;
}

/// On PostgreSQL the lock is still held in 60 or more of 100 rounds.
const ROUNDS: usize = 100;

/// Whether account 1 is unlocked. Does not wait for the lock.
async fn is_free<DB: Server>(other: &mut DB::Connection) -> bool {
    DB::run(
        other,
        "SELECT 1 FROM accounts WHERE id = 1 FOR UPDATE NOWAIT".into(),
    )
    .await
    .is_ok()
}

/// How often the lock is still held after `end` has ended a transaction.
async fn held<DB: Server>(end: impl AsyncFn(sqlx::Transaction<'static, DB>)) -> usize {
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = database.pool(options(1));
    let mut other = database.connect().await;
    let mut held = 0;
    for _ in 0..ROUNDS {
        let mut transaction = pool.begin().await.unwrap();
        DB::run(&mut transaction, DEBIT.into()).await.unwrap();
        end(transaction).await;
        held += usize::from(!is_free::<DB>(&mut other).await);
    }
    assert_eq!(cents(&database).await, 1000);
    held
}

async fn held_after_drop<DB: Server>() {
    let held = held::<DB>(async |transaction| drop(transaction)).await;
    println!("{}: held {held} times in {ROUNDS}", DB::NAME);
    assert!(held > 0, "the hazard: the lock is held in some rounds");
}

async fn free_after_rollback<DB: Server>() {
    assert_eq!(
        held::<DB>(async |transaction| transaction.rollback().await.unwrap()).await,
        0
    );
}

#[transactional]
async fn fails<DB: Driver>(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(DEBIT).execute(session).await?;
    Err(sqlx::Error::RowNotFound)
}

async fn free_when_the_call_returns<DB: Server + Driver>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = database.pool(options(2));
    let mut other = database.connect().await;
    for round in 0..ROUNDS {
        assert!(matches!(fails(&pool).await, Err(sqlx::Error::RowNotFound)));
        assert!(is_free::<DB>(&mut other).await, "held after call {round}");
    }
    assert_eq!(cents(&database).await, 1000);
}

fn is_meant(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::RowNotFound)
}

/// The first attempt fails with an error of its own. Returns whether the lock was free when the
/// next attempt ran.
#[retry_on_error(attempts = 2, when = is_meant, min_delay = "1ms")]
#[transactional]
async fn again<DB: Server + Driver>(
    session: &mut Session<DB>,
    other: &Mutex<DB::Connection>,
) -> Result<bool, sqlx::Error> {
    let free = is_free::<DB>(&mut *other.lock().await).await;
    sqlx::raw_sql(DEBIT).execute(&mut *session).await?;
    if session.attempt() == 1 {
        Err(sqlx::Error::RowNotFound)
    } else {
        Ok(free)
    }
}

/// ROLLBACK takes longer than the pause before the next attempt. A retry that did not wait for its
/// answer would meet the lock.
async fn free_when_it_runs_again<DB: Proxied + Driver>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let proxy = Proxy::of(&database);
    let pool = database.pool_through(&proxy, options(2));
    let other = Mutex::new(database.connect().await);
    let late = proxy.inject(
        Way::ToServer,
        Point::Rollback,
        Fault::Delay(Duration::from_millis(100)),
    );
    assert!(
        again(&pool, &other).await.expect("it fails only once"),
        "held when it ran again"
    );
    assert!(late.is_reached());
    assert_eq!(cents(&database).await, 900);
}

/// The first attempt conflicts with a rival, and the next one follows at once on the same
/// connection. Returns whether the lock was free.
#[retry_on_error(attempts = 2)]
#[transactional]
async fn at_once<DB: Conflict>(
    session: &mut Session<DB, RepeatableRead>,
    rival: &Mutex<Rival<DB>>,
    other: &Mutex<DB::Connection>,
) -> Result<bool, sqlx::Error> {
    let free = is_free::<DB>(&mut *other.lock().await).await;
    conflict::through_us(session, rival).await?;
    Ok(free)
}

async fn free_when_it_runs_again_at_once<DB: Conflict>() {
    let database = conflict::database::<DB>().await;
    let pool = conflict::pool(&database);
    let rival = Mutex::new(Rival::of(&database).await);
    let other = Mutex::new(database.connect().await);
    assert!(
        at_once(&pool, &rival, &other)
            .await
            .expect("the rival is there only once")
    );
    assert_eq!(cents(&database).await, 900);
}
