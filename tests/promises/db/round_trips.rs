//! A call through a `Db` takes one round trip less than `pool.begin()` with sqlx's defaults.

use sqlx_transactional::{DbOptions, Session, transactional};
use tests::proxy::{Counted, Proxied, Proxy};
use tests::servers::TestDatabase;

const SELECT: &str = "SELECT cents FROM accounts WHERE id = 1";

/// All messages of a call, including those that return the connection to the pool.
async fn counted<DB: Proxied>(
    proxy: &Proxy,
    pool: &sqlx::Pool<DB>,
    call: impl AsyncFn() -> i64,
) -> Counted<i64> {
    let is_back = async || {
        while pool.num_idle() == 0 {
            tokio::task::yield_now().await;
        }
    };
    call().await;
    is_back().await;
    proxy
        .count(async || {
            let cents = call().await;
            is_back().await;
            cents
        })
        .await
}

on! { [postgres mysql]
    #[transactional]
    async fn through_us(session: &mut Session<DB>) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar(SELECT).fetch_one(session).await
    }

    #[tokio::test]
    async fn of_one_statement() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let proxy = Proxy::of(&database);
        let options = || <DB as tests::servers::Server>::at(&database.options(), proxy.address());

        let db = DbOptions::<DB>::from(options()).pool(|pool| pool.max_connections(1)).connect().await.expect("the server");
        let ours = counted(&proxy, db.pool(), async || through_us(&db).await.expect("nothing fails")).await;
        db.pool().close().await;

        let pool = sqlx::pool::PoolOptions::<DB>::new().max_connections(1).connect_with(options()).await.expect("the server");
        let by_hand = async || {
            let mut transaction = pool.begin().await.expect("nothing fails");
            let cents = sqlx::query_scalar(SELECT).fetch_one(&mut *transaction).await.expect("nothing fails");
            transaction.commit().await.expect("nothing fails");
            cents
        };
        let theirs = counted(&proxy, &pool, by_hand).await;
        pool.close().await;

        println!("through a `Db`: {:#?}\nby hand, sqlx's default pool: {:#?}", ours.flights(), theirs.flights());
        // BEGIN, SELECT, COMMIT and the pool's check of the returned connection. By hand, there is
        // also a ping before BEGIN.
        assert_eq!((ours.flights().len(), theirs.flights().len()), (4, 5));
    }
}
