//! H3, MariaDB: the same as H2. A `pool.begin()` that is cancelled returns its connection to the
//! pool inside the transaction, or does not return it at all.

use sqlx::MySql;
use tests::checks::{all_is_well, open_transactions};
use tests::explorer::every_poll;
use tests::proxy::{Point, Proxy, Way};
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, ROW, cents, debit, options};

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let proxy = Proxy::of(&database);
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
    assert_eq!(
        (done.rows_affected(), cents(&database).await),
        (1, 1000),
        "the hazard: it is never committed"
    );
    assert!(!open_transactions(&database).await.is_empty());
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let proxy = Proxy::of(&database);
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
    assert!(explored.cancelled > 20, "{explored:?}");
}
