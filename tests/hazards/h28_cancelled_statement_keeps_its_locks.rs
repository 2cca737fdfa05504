//! H28: a call that is cancelled while a statement runs keeps its locks until the statement ends.
//! Closing the connection does not help, because the server notices that only when it sends
//! something. In this test the statement ends when the test releases a lock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::{Connection as _, Executor as _, MySql, Postgres, Sqlite};
use sqlx_transactional::{Driver, Session, transactional};
use tests::checks::{PROMISED, all_is_well, open_transactions, row_is_locked, row_lockable_within};
use tests::servers::{Server, TestDatabase};
use tokio::sync::Notify;

use crate::accounts::{DEBIT, ROW, cents, options};

/// A statement that runs until the test lets it end.
trait Waits: Server {
    /// Waits for a lock.
    const WAITS: &'static str;

    /// Holds that lock until it is closed.
    async fn holder(database: &TestDatabase<Self>) -> Self::Connection;
}

impl Waits for Postgres {
    const WAITS: &'static str = "SELECT pg_advisory_xact_lock(7)";

    async fn holder(database: &TestDatabase<Self>) -> Self::Connection {
        let mut holder = database.connect().await;
        holder.execute("SELECT pg_advisory_lock(7)").await.unwrap();
        holder
    }
}

/// A row lock. A statement that waits for another kind of lock checks now and then whether its
/// client is still connected.
impl Waits for MySql {
    const WAITS: &'static str = "UPDATE accounts SET cents = cents + 1 WHERE id = 2";

    async fn holder(database: &TestDatabase<Self>) -> Self::Connection {
        let name: String = sqlx::query_scalar("SELECT DATABASE()")
            .fetch_one(&mut database.connect().await)
            .await
            .unwrap();
        // On another database, so that the checks do not count its transaction.
        let mut holder = database.admin().await;
        Self::run(
            &mut holder,
            format!("START TRANSACTION; SELECT * FROM {name}.accounts WHERE id = 2 FOR UPDATE"),
        )
        .await
        .unwrap();
        holder
    }
}

on! { [postgres mysql]
    by_hand: runs_on;
    through_us: is_stopped;
}

const ENDLESS: &str = "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n) SELECT max(value) FROM n";

async fn until_it_waits<DB: Waits>(database: &TestDatabase<DB>) {
    while !open_transactions(database)
        .await
        .iter()
        .any(|line| line.contains(DB::WAITS))
    {
        tokio::task::yield_now().await;
    }
}

async fn runs_on<DB: Waits>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = database.pool(options(1));
    let holder = DB::holder(&database).await;
    let call = tokio::spawn({
        let pool = pool.clone();
        async move {
            let mut transaction = pool.begin().await.unwrap();
            DB::run(&mut transaction, DEBIT.into()).await.unwrap();
            DB::run(&mut transaction, DB::WAITS.into()).await.unwrap();
        }
    });
    until_it_waits(&database).await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert!(
        row_is_locked(&database, ROW, PROMISED).await,
        "the hazard: locked for as long as the statement runs"
    );
    holder.close().await.unwrap();
    row_lockable_within(&database, ROW, PROMISED).await;
}

#[tokio::test]
async fn by_hand_on_sqlite() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let pool = database.pool(options(1));
    let (debited, stop) = (Arc::new(Notify::new()), Arc::new(AtomicBool::new(false)));
    let call = tokio::spawn({
        let (debited, stop) = (Arc::clone(&debited), Arc::clone(&stop));
        async move {
            let mut transaction = pool.begin().await.unwrap();
            transaction.execute(DEBIT).await.unwrap();
            // Only so that this test ends.
            transaction
                .lock_handle()
                .await
                .unwrap()
                .set_progress_handler(1000, move || !stop.load(Ordering::Relaxed));
            debited.notify_one();
            transaction.execute(ENDLESS).await.unwrap();
        }
    });
    debited.notified().await;
    // SQLite cannot tell whether a statement runs. It was sent before the call waited again.
    tokio::task::yield_now().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert!(
        row_is_locked(&database, ROW, PROMISED).await,
        "the hazard: locked for as long as the statement runs"
    );
    stop.store(true, Ordering::Relaxed);
    row_lockable_within(&database, ROW, PROMISED).await;
}

#[transactional]
async fn debit_and_wait<DB: Waits + Driver>(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(DEBIT).execute(&mut *session).await?;
    sqlx::raw_sql(DB::WAITS).execute(session).await?;
    Ok(())
}

async fn is_stopped<DB: Waits + Driver>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = database.pool(options(1));
    let _holder = DB::holder(&database).await;
    let call = tokio::spawn({
        let pool = pool.clone();
        async move { debit_and_wait(&pool).await }
    });
    until_it_waits(&database).await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(cents(&database).await, 1000);
}

#[transactional]
async fn debit_and_compute(
    session: &mut Session<Sqlite>,
    debited: Arc<Notify>,
) -> Result<(), sqlx::Error> {
    session.execute(DEBIT).await?;
    debited.notify_one();
    session.execute(ENDLESS).await?;
    Ok(())
}

#[tokio::test]
async fn through_us_on_sqlite() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let pool = database.pool(options(1));
    let debited = Arc::new(Notify::new());
    let call = tokio::spawn({
        let (pool, debited) = (pool.clone(), Arc::clone(&debited));
        async move { debit_and_compute(&pool, debited).await }
    });
    debited.notified().await;
    tokio::task::yield_now().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(cents(&database).await, 1000);
}
