//! H32: a network that loses every message without an error. Without the pool's ping, BEGIN hangs
//! for ever. With it, each call waits for the whole acquire timeout and fails. The ping of a
//! connection that returns to the pool has no timeout, so the pool loses its permit.

use std::time::{Duration, Instant};

use sqlx::Pool;
use sqlx::pool::PoolOptions;
use sqlx_transactional::Driver;
use tests::proxy::{Fault, Point, Proxied, Proxy, Way};
use tests::servers::TestDatabase;
use tokio::time::timeout;

use crate::accounts::{cents, debit, options};

on! { [postgres mysql]
    by_hand: begin_hangs;
    by_hand_with_the_ping: a_call_is_lost;
    by_hand_giving_back: a_permit_is_lost;
    through_us: begin_is_bounded;
    through_us_with_the_ping: the_pools_own_ping_is_not;
    through_us_giving_back: no_permit_is_lost;
}

/// The pool has one idle connection. Then the network is lost.
async fn lost<DB: Proxied>(options: PoolOptions<DB>) -> (TestDatabase<DB>, Proxy, Pool<DB>) {
    let database = TestDatabase::<DB>::with_accounts().await;
    let proxy = Proxy::of(&database);
    let pool = database.pool_through(&proxy, options);
    drop(pool.acquire().await.unwrap());
    while pool.num_idle() == 0 {
        tokio::task::yield_now().await;
    }
    proxy.black_hole();
    (database, proxy, pool)
}

/// The ping with which a connection returns to the pool. The crate's own statements are simple
/// queries without a Sync.
fn ping<DB: Proxied>() -> Point {
    Point::Kind(if DB::NAME == "MySQL" {
        "COM_PING"
    } else {
        "Sync"
    })
}

async fn begin_hangs<DB: Proxied>() {
    let (_database, _proxy, pool) =
        lost::<DB>(options(1).acquire_timeout(Duration::from_millis(200))).await;
    let begun = timeout(Duration::from_millis(1500), pool.begin()).await;
    assert!(
        begun.is_err(),
        "the hazard: no answer, and no timeout of the pool's"
    );
}

async fn a_call_is_lost<DB: Proxied>() {
    let limit = Duration::from_millis(1500);
    let (_database, _proxy, pool) =
        lost::<DB>(options(1).acquire_timeout(limit).test_before_acquire(true)).await;
    let asked = Instant::now();
    let error = pool
        .begin()
        .await
        .expect_err("the hazard: the ping uses up the time");
    assert!(matches!(error, sqlx::Error::PoolTimedOut), "{error:?}");
    assert!(asked.elapsed() >= limit);
}

async fn a_permit_is_lost<DB: Proxied>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let proxy = Proxy::of(&database);
    let pool = database.pool_through(
        &proxy,
        options(1).acquire_timeout(Duration::from_millis(1500)),
    );
    let ping = proxy.inject(Way::ToServer, ping::<DB>(), Fault::BlackHole);
    drop(pool.acquire().await.unwrap());
    ping.reached().await;
    let error = pool
        .acquire()
        .await
        .expect_err("the hazard: the connection is not in use and cannot be acquired");
    assert!(matches!(error, sqlx::Error::PoolTimedOut), "{error:?}");
}

async fn begin_is_bounded<DB: Proxied + Driver>() {
    let (database, _proxy, pool) = lost::<DB>(options(1)).await;
    let asked = Instant::now();
    debit(&pool)
        .await
        .expect("another connection takes its place");
    assert!(
        asked.elapsed() < Duration::from_secs(3),
        "{:?}",
        asked.elapsed()
    );
    assert_eq!(cents(&database).await, 900);
}

/// The crate cannot bound the ping of the user's own pool. `Db::connect` turns that ping off.
async fn the_pools_own_ping_is_not<DB: Proxied + Driver>() {
    let (_database, _proxy, pool) = lost::<DB>(
        options(1)
            .test_before_acquire(true)
            .acquire_timeout(Duration::from_millis(500)),
    )
    .await;
    let error = debit(&pool).await.expect_err("the pool gives up");
    assert!(matches!(error, sqlx::Error::PoolTimedOut), "{error:?}");
}

async fn no_permit_is_lost<DB: Proxied + Driver>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let proxy = Proxy::of(&database);
    let pool = database.pool_through(&proxy, options(1).acquire_timeout(Duration::from_secs(5)));
    let ping = proxy.inject(Way::ToServer, ping::<DB>(), Fault::BlackHole);
    debit(&pool).await.unwrap();
    ping.reached().await;
    timeout(Duration::from_secs(3), debit(&pool))
        .await
        .expect("the ping is bounded")
        .unwrap();
    assert_eq!(cents(&database).await, 800);
}
