//! H15: a transaction that is dropped outside a runtime panics in sqlx's `Drop`, because the
//! connection is returned to the pool in a task.

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

/// Drops a call inside its transaction where there is no runtime. The crate rolls it back in the
/// runtime that the call ran in.
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
    // There is no runtime at this point either.
    drop(database);
}

fn dropped_outside_a_runtime<DB: Server + Driver>() {
    dropped_outside::<DB>(options(1));
}

/// A runtime that has ended cannot roll anything back. The crate closes the connection, and then
/// the server rolls back.
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
