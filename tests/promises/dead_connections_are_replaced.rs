//! BEGIN is also the check of a pooled connection. If the connection is dead, the pool replaces it,
//! and the caller does not notice.

use futures_util::future::join_all;
use sqlx_transactional::Db;
use tests::checks::all_is_well;
use tests::proxy::Proxy;
use tests::servers::TestDatabase;

use crate::bank::{balances, options};

const CONNECTIONS: u32 = 8;

async fn filled<DB: sqlx::Database>(pool: &sqlx::Pool<DB>) {
    let all = join_all((0..CONNECTIONS).map(|_| pool.acquire())).await;
    assert!(all.iter().all(Result::is_ok));
}

/// Waits until all connections of the pool are idle. The pool takes a connection back in a task of
/// its own.
async fn all_idle<DB: sqlx::Database>(pool: &sqlx::Pool<DB>) {
    while pool.num_idle() < CONNECTIONS as usize {
        tokio::task::yield_now().await;
    }
}

on! { [postgres mysql]
    #[tokio::test]
    async fn when_the_server_has_ended_all_of_them() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let pool = database.pool(options(CONNECTIONS));
        let db = Db::from(pool.clone());
        for at_once in [false, true] {
            filled(&pool).await;
            all_idle(&pool).await;
            database.terminate_all().await;
            if at_once {
                for outcome in join_all((0..CONNECTIONS).map(|_| transfer(&db, 1, 2, 1))).await {
                    outcome.expect("no call sees a dead connection");
                }
            } else {
                for _ in 0..CONNECTIONS {
                    transfer(&db, 1, 2, 1).await.expect("no call sees a dead connection");
                }
            }
        }
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
        assert_eq!(balances(&database).await, (1000 - 2 * i64::from(CONNECTIONS), 1000 + 2 * i64::from(CONNECTIONS)));
    }

    /// sqlx by hand passes such a connection to each later user. On MySQL, BEGIN commits what was
    /// left.
    #[tokio::test]
    async fn when_somebody_left_a_transaction_open_on_it() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let pool = database.pool(options(1));
        for (round, left) in ["BEGIN", "BEGIN; UPDATE accounts SET cents = 0", "BEGIN; UPDATE accounts SET cents = 0; SELECT no_such_column"]
            .into_iter()
            .enumerate()
        {
            let failed = sqlx::raw_sql(left).execute(&pool).await.is_err();
            assert_eq!(failed, left.contains("no_such"));
            transfer(&pool, 1, 2, 1).await.expect("the transaction that was left open is rolled back");
            let moved = i64::try_from(round).expect("a small number") + 1;
            assert_eq!(balances(&database).await, (1000 - moved, 1000 + moved), "{left}");
        }
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
    }
}

#[tokio::test]
async fn when_the_network_was_reset() {
    let database = TestDatabase::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    let pool = database.pool_through(&proxy, options(CONNECTIONS));
    filled(&pool).await;
    all_idle(&pool).await;
    proxy.reset();
    for _ in 0..CONNECTIONS {
        crate::bank::postgres::transfer(&pool, 1, 2, 1)
            .await
            .expect("no call sees a dead connection");
    }
}

/// sqlx by hand returns the connection to the pool in the middle of the copy.
#[tokio::test]
async fn when_somebody_left_a_copy_unread_on_it() {
    use sqlx::postgres::PgPoolCopyExt as _;

    let database = TestDatabase::<sqlx::Postgres>::with_accounts().await;
    let pool = database.pool(options(1));
    drop(
        pool.copy_out_raw("COPY (SELECT generate_series(1, 100000)) TO STDOUT")
            .await
            .expect("it starts"),
    );
    for _ in 0..3 {
        crate::bank::postgres::transfer(&pool, 1, 2, 1)
            .await
            .expect("no call sees what was left");
    }
}
