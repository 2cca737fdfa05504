//! H3, MariaDB: as H2. A `pool.begin()` that is cancelled gives its connection back inside the transaction, if it gives it back at all.

use sqlx::MySql;
use tests::checks::{PROMISED, all_is_well, open_transactions};
use tests::explorer::every_poll;
use tests::servers::TestDatabase;
use tokio::time::timeout;

use crate::accounts::{DEBIT, ROW, debit, options};

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let (mut leaked, mut lost) = (0, 0);
    let explored = every_poll(async |cut| {
        let pool = database.pool(options(1));
        drop(pool.acquire().await.unwrap());
        let finished = match cut.apply(pool.begin()).await {
            Some(transaction) => {
                transaction.unwrap().rollback().await.unwrap();
                true
            }
            None => false,
        };
        match timeout(PROMISED, sqlx::query(DEBIT).execute(&pool)).await {
            Ok(Ok(done)) if !finished => {
                assert_eq!(done.rows_affected(), 1);
                leaked += usize::from(!open_transactions(&database).await.is_empty());
            }
            Ok(_) => {}
            Err(_) => lost += 1,
        }
        database.terminate_all().await;
        finished
    })
    .await;
    println!("{leaked} of {} cancelled calls of begin left their transaction open, {lost} took the connection along", explored.cancelled);
    assert!(leaked > 0, "the hazard: Ok, and never committed");
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    let explored = every_poll(async |cut| {
        let finished = cut.apply(debit(&pool)).await.is_some();
        all_is_well(&database, &pool, ROW).await;
        finished
    })
    .await;
    println!("0 of {} cancelled calls left anything open", explored.cancelled);
}
