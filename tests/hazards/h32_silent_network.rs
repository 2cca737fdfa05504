//! H32: a network that loses everything and says nothing. Without the pool's ping BEGIN hangs for ever; with it each
//! call waits for the whole acquire timeout and fails; and the ping of a connection that goes back has no bound, so its permit is lost.

use std::time::{Duration, Instant};

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{Executor as _, MySql, MySqlPool, Postgres};
use tests::proxy::{Fault, Point, Proxy, Way};
use tests::servers::{Server as _, TestDatabase};
use tokio::time::timeout;

use crate::accounts::{cents, debit, options};
use crate::relay::Relay;

/// One idle connection in the pool; then the network goes.
async fn lost(options: PgPoolOptions) -> (TestDatabase<Postgres>, Proxy, PgPool) {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    let pool = database.pool_through(&proxy, options);
    drop(pool.acquire().await.unwrap());
    while pool.num_idle() == 0 {
        tokio::task::yield_now().await;
    }
    proxy.black_hole();
    (database, proxy, pool)
}

#[tokio::test]
async fn by_hand_begin_hangs_on_postgres() {
    let (_database, _proxy, pool) = lost(options(1).acquire_timeout(Duration::from_millis(200))).await;
    let begun = timeout(Duration::from_millis(1500), pool.begin()).await;
    assert!(begun.is_err(), "the hazard: no answer, and no timeout of the pool's");
}

#[tokio::test]
async fn by_hand_with_the_ping_a_call_is_lost_on_postgres() {
    let limit = Duration::from_millis(1500);
    let (_database, _proxy, pool) = lost(options(1).acquire_timeout(limit).test_before_acquire(true)).await;
    let asked = Instant::now();
    let error = pool.begin().await.expect_err("the hazard: the ping uses up the time");
    assert!(matches!(error, sqlx::Error::PoolTimedOut), "{error:?}");
    assert!(asked.elapsed() >= limit);
}

#[tokio::test]
async fn by_hand_a_permit_is_lost_on_postgres() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    let pool = database.pool_through(&proxy, options(1).acquire_timeout(Duration::from_millis(1500)));
    let ping = proxy.inject(Way::ToServer, Point::Kind("Sync"), Fault::BlackHole);
    pool.acquire().await.unwrap().execute("SELECT 1").await.unwrap();
    ping.reached().await;
    let error = pool.acquire().await.expect_err("the hazard: nobody has the connection, and nobody gets it");
    assert!(matches!(error, sqlx::Error::PoolTimedOut), "{error:?}");
}

#[tokio::test]
async fn through_us_begin_is_bounded_on_postgres() {
    let (database, _proxy, pool) = lost(options(1)).await;
    let asked = Instant::now();
    debit(&pool).await.expect("another connection is as good");
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
    assert_eq!(cents(&database).await, 900);
}

/// The ping of the user's own pool is not ours to bound; `Db::connect` turns it off.
#[tokio::test]
async fn through_us_the_pools_own_ping_is_not_on_postgres() {
    let (_database, _proxy, pool) = lost(options(1).test_before_acquire(true).acquire_timeout(Duration::from_millis(500))).await;
    let error = debit(&pool).await.expect_err("the pool gives up");
    assert!(matches!(error, sqlx::Error::PoolTimedOut), "{error:?}");
}

#[tokio::test]
async fn through_us_no_permit_is_lost_on_postgres() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    let pool = database.pool_through(&proxy, options(1).acquire_timeout(Duration::from_secs(5)));
    // The call's own statements are simple ones: the first Sync is the ping of the connection that goes back.
    let ping = proxy.inject(Way::ToServer, Point::Kind("Sync"), Fault::BlackHole);
    debit(&pool).await.unwrap();
    ping.reached().await;
    timeout(Duration::from_secs(3), debit(&pool)).await.expect("the ping is bounded").unwrap();
    assert_eq!(cents(&database).await, 800);
}

/// Two idle connections in the pool; then the network goes.
async fn lost_on_mysql() -> (TestDatabase<MySql>, Relay, MySqlPool) {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let relay = Relay::to(database.address()).await;
    let pool = options(2).acquire_timeout(Duration::from_secs(10)).connect_lazy_with(MySql::at(&database.options(), relay.address()));
    let both = (pool.acquire().await.unwrap(), pool.acquire().await.unwrap());
    drop(both);
    while pool.num_idle() < 2 {
        tokio::task::yield_now().await;
    }
    relay.black_hole();
    (database, relay, pool)
}

#[tokio::test]
async fn by_hand_on_mysql() {
    let (_database, _relay, pool) = lost_on_mysql().await;
    for _ in 0..2 {
        assert!(timeout(Duration::from_millis(750), pool.begin()).await.is_err(), "the hazard: no answer");
    }
    // Both wait for the answer to the ping with which they would go back.
    assert!(timeout(Duration::from_millis(750), pool.begin()).await.is_err(), "the hazard: no connection");
}

#[tokio::test]
async fn through_us_on_mysql() {
    let (database, _relay, pool) = lost_on_mysql().await;
    let asked = Instant::now();
    debit(&pool).await.expect("a third connection is as good");
    assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
    assert_eq!(cents(&database).await, 900);
    timeout(Duration::from_secs(3), tests::checks::all_permits_back(&pool)).await.expect("none is lost");
}
