//! The server ends all idle connections. No call through a `Db` notices it.

use futures_util::future::join_all;
use sqlx_transactional::DbOptions;
use tests::checks::all_is_well;
use tests::servers::TestDatabase;

use crate::bank::balances;

const CONNECTIONS: u32 = 10;

on! { [postgres mysql]
    #[tokio::test]
    async fn for_as_many_calls_as_it_has_connections() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let options = DbOptions::<DB>::from_url(database.url()).expect("a URL").pool(|pool| pool.max_connections(CONNECTIONS));
        let db = options.connect().await.expect("the server");
        for at_once in [false, true] {
            let all = join_all((0..CONNECTIONS).map(|_| db.pool().acquire())).await;
            assert!(all.iter().all(Result::is_ok));
            drop(all);
            while db.pool().num_idle() < CONNECTIONS as usize {
                tokio::task::yield_now().await;
            }
            database.terminate_all().await;
            let calls = (0..CONNECTIONS).map(|_| transfer(&db, 1, 2, 1));
            if at_once {
                for outcome in join_all(calls).await {
                    outcome.expect("no call sees a dead connection");
                }
            } else {
                for call in calls {
                    call.await.expect("no call sees a dead connection");
                }
            }
        }
        all_is_well(&database, db.pool(), "accounts WHERE id = 1").await;
        assert_eq!(balances(&database).await, (1000 - 2 * i64::from(CONNECTIONS), 1000 + 2 * i64::from(CONNECTIONS)));
    }
}
