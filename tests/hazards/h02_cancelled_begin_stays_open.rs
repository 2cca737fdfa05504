//! H2, PostgreSQL: a `pool.begin()` that is cancelled after BEGIN was sent returns its connection
//! to the pool inside the transaction. The next user of the connection writes into that
//! transaction, which is never committed.

use sqlx::Postgres;
use tests::checks::{all_is_well, open_transactions};
use tests::explorer::every_poll;
use tests::proxy::{Point, Proxy, Way};
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, ROW, cents, debit, options};

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    let pool = database.pool_through(&proxy, options(1));
    drop(pool.acquire().await.unwrap());
    let answer = proxy.hold(Way::ToClient, Point::Begin);
    let call = tokio::spawn({
        let pool = pool.clone();
        async move { pool.begin().await }
    });
    answer.reached().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    answer.release();

    let done = sqlx::query(DEBIT)
        .execute(&pool)
        .await
        .expect("the hazard: the write is Ok");
    assert_eq!(done.rows_affected(), 1);
    assert_eq!(cents(&database).await, 1000);
    assert!(!open_transactions(&database).await.is_empty());
}

#[tokio::test]
async fn by_hand_at_every_poll() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    proxy.split(3..=12);
    let mut leaked = 0;
    let explored = every_poll(async |cut| {
        let pool = database.pool_through(&proxy, options(1));
        drop(pool.acquire().await.unwrap());
        let finished = match cut.apply(pool.begin()).await {
            Some(transaction) => {
                transaction.unwrap().rollback().await.unwrap();
                true
            }
            None => false,
        };
        drop(pool.acquire().await.unwrap());
        leaked += usize::from(!open_transactions(&database).await.is_empty());
        pool.close().await;
        finished
    })
    .await;
    println!(
        "{leaked} of {} cancelled calls of begin left their transaction open",
        explored.cancelled
    );
    assert!(leaked > 0);
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    proxy.split(3..=12);
    let pool = database.pool_through(&proxy, options(1));
    let explored = every_poll(async |cut| {
        let finished = cut.apply(debit(&pool)).await.is_some();
        all_is_well(&database, &pool, ROW).await;
        finished
    })
    .await;
    println!(
        "0 of {} cancelled calls left anything open",
        explored.cancelled
    );
    // BEGIN alone arrives in about a dozen pieces.
    assert!(explored.cancelled > 20, "{explored:?}");
}
