//! H15: a transaction that is dropped outside a runtime panics in sqlx's `Drop`, since the
//! connection is given back in a task.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use sqlx::Postgres;
use sqlx::pool::PoolOptions;
use sqlx_transactional::{Driver, Session, transactional};
use tests::checks::all_is_well;
use tests::servers::{Server, TestDatabase};
use tokio::runtime::Runtime;
use tokio::sync::Notify;

use crate::accounts::{DEBIT, ROW, cents, options};

fn panics<DB: Server>() {
    let runtime = Runtime::new().unwrap();
    let (transaction, _database) = runtime.block_on(async {
        let database = TestDatabase::<DB>::with_accounts().await;
        (database.pool(options(1)).begin().await.unwrap(), database)
    });
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(transaction)));
    assert!(dropped.is_err(), "the hazard: a panic in Drop");
}

on! { blocking [postgres mysql sqlite]
    by_hand: panics;
    through_us: dropped_outside_a_runtime;
}

#[transactional]
async fn debit_and_wait<DB: Driver>(
    session: &mut Session<DB>,
    debited: Arc<Notify>,
) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(DEBIT).execute(session).await?;
    debited.notify_one();
    std::future::pending().await
}

/// A call that is inside its transaction is dropped where there is no runtime, and rolled back
/// where it had been.
pub(crate) fn dropped_outside<DB: Server + Driver>(options: PoolOptions<DB>) {
    let runtime = Runtime::new().unwrap();
    let database = runtime.block_on(TestDatabase::<DB>::with_accounts());
    let pool = runtime.block_on(async { database.pool(options) });
    let debited = Arc::new(Notify::new());
    let mut call = Box::pin(debit_and_wait(&pool, Arc::clone(&debited)));
    runtime.block_on(async {
        tokio::select! {
            ended = &mut call => panic!("{ended:?}"),
            () = debited.notified() => {}
        }
    });
    drop(call);
    runtime.block_on(async {
        all_is_well(&database, &pool, ROW).await;
        assert_eq!(cents(&database).await, 1000);
        pool.close().await;
    });
    // Where the database is dropped there is no runtime either.
    drop(database);
}

fn dropped_outside_a_runtime<DB: Server + Driver>() {
    dropped_outside::<DB>(options(1));
}

/// Nothing can be rolled back by a runtime that has gone: the connection is closed, and then the
/// server does it.
#[test]
fn through_us_after_the_runtime_has_gone_on_postgres() {
    let runtime = Runtime::new().unwrap();
    let database = runtime.block_on(TestDatabase::<Postgres>::with_accounts());
    let pool = runtime.block_on(async { database.pool(options(1)) });
    let debited = Arc::new(Notify::new());
    let mut call = Box::pin(debit_and_wait(&pool, Arc::clone(&debited)));
    runtime.block_on(async {
        tokio::select! {
            ended = &mut call => panic!("{ended:?}"),
            () = debited.notified() => {}
        }
    });
    drop(runtime);
    drop(call);
    let other = Runtime::new().unwrap();
    other.block_on(tests::checks::row_lockable_within(
        &database,
        ROW,
        tests::checks::PROMISED,
    ));
}
