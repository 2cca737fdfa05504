//! H16: a middleware keeps the request's transaction in a slot, lends it to the handler, and then
//! commits the transaction that it finds in the slot, as axum-sqlx-tx does. A handler that moves
//! the transaction into a task answers 200, its statements are `Ok`, and nothing is stored.

use std::sync::Arc;

use sqlx::{Pool, Transaction};
use sqlx_transactional::{Driver, Session, transactional};
use tests::checks::all_is_well;
use tests::servers::{Server, TestDatabase};
use tokio::sync::{Mutex, oneshot};

use crate::accounts::{DEBIT, ROW, cents, debit, options};

on! { [postgres mysql sqlite]
    by_hand: moved_into_a_task;
    by_hand_not_if_awaited: awaited;
    through_us: begins_its_own;
}

type Slot<DB> = Arc<Mutex<Option<Transaction<'static, DB>>>>;

/// The middleware.
async fn request<DB: Server>(pool: &Pool<DB>, handler: impl AsyncFnOnce(Slot<DB>)) -> u16 {
    let slot = Arc::new(Mutex::new(Some(pool.begin().await.unwrap())));
    handler(Arc::clone(&slot)).await;
    if let Some(transaction) = slot.lock().await.take() {
        transaction.commit().await.unwrap();
    }
    200
}

/// The handler's work in the transaction. Returns how many rows it changed.
async fn work<DB: Server>(slot: Slot<DB>) -> u64 {
    // An extractor does the same: it takes the transaction and puts it back.
    let mut transaction = slot.lock().await.take().expect("the request has one");
    let changed = DB::run(&mut transaction, DEBIT.into()).await.unwrap();
    *slot.lock().await = Some(transaction);
    changed
}

async fn moved_into_a_task<DB: Server>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = database.pool(options(1));
    let (answered, goes_on) = oneshot::channel();
    let mut task = None;
    let status = request(&pool, async |slot: Slot<DB>| {
        let transaction = slot.lock().await.take();
        task = Some(tokio::spawn(async move {
            goes_on.await.unwrap();
            work(Arc::new(Mutex::new(transaction))).await
        }));
    });
    assert_eq!(status.await, 200);
    answered.send(()).unwrap();
    let changed = task.expect("the handler ran").await.unwrap();
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(
        (changed, cents(&database).await),
        (1, 1000),
        "the hazard: 200, one row, and nothing stored"
    );
}

async fn awaited<DB: Server>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let status = request(&database.pool(options(1)), async |slot| {
        assert_eq!(work(slot).await, 1);
    })
    .await;
    assert_eq!((status, cents(&database).await), (200, 900));
}

/// `ui-tests` checks that the same code does not compile through the crate. This test checks that
/// `ui-tests` has exactly this case.
#[test]
fn through_us_does_not_compile_on_any() {
    let case = include_str!("../../ui-tests/fail/escape/spawned.rs");
    assert!(
        case.contains("tokio::spawn(async move {") && case.contains(".execute(session)"),
        "{case}"
    );
    let said = include_str!("../../ui-tests/fail/escape/spawned.stderr");
    let errors: Vec<_> = said
        .lines()
        .filter(|line| line.starts_with("error"))
        .collect();
    assert_eq!(
        errors,
        ["error[E0505]: cannot move out of `session` because it is borrowed"]
    );
}

type Task = tokio::task::JoinHandle<Result<(), sqlx::Error>>;

/// Answers at once. The spawned task goes on with its own transaction.
#[transactional]
async fn handler<DB: Driver>(
    session: &mut Session<DB>,
    pool: Pool<DB>,
    goes_on: oneshot::Receiver<()>,
) -> Result<Task, sqlx::Error> {
    sqlx::raw_sql(DEBIT).execute(session).await?;
    Ok(tokio::spawn(async move {
        goes_on.await.expect("the request is answered");
        debit(&pool).await
    }))
}

/// The alternative for a task: it begins a transaction of its own, and both are stored.
async fn begins_its_own<DB: Server + Driver>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = database.pool(options(1));
    let (answered, goes_on) = oneshot::channel();
    let task = handler(&pool, pool.clone(), goes_on)
        .await
        .expect("nothing fails");
    assert_eq!(
        cents(&database).await,
        900,
        "the request's is committed when it is answered"
    );
    answered.send(()).unwrap();
    task.await.unwrap().expect("nothing fails");
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(cents(&database).await, 800);
}
