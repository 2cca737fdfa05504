//! H33: a server that restarts resets the connections that it has not accepted yet. `acquire`
//! returns that error at once, although no statement has run and the next try would succeed. The
//! pool retries a refused connection, but not a reset one.

use std::io::ErrorKind;

use sqlx::Pool;
use sqlx_transactional::Driver;
use tests::proxy::{Proxied, Proxy};
use tests::servers::TestDatabase;

use crate::accounts::{cents, debit, options};

on! { [postgres mysql]
    by_hand: is_not_tried_again;
    through_us: is_tried_again;
}

async fn start<DB: Proxied>() -> (TestDatabase<DB>, Proxy, Pool<DB>) {
    let database = TestDatabase::<DB>::with_accounts().await;
    let proxy = Proxy::of(&database);
    let pool = database.pool_through(&proxy, options(1));
    (database, proxy, pool)
}

async fn is_not_tried_again<DB: Proxied>() {
    let (_database, proxy, pool) = start::<DB>().await;
    proxy.reset_next(1);
    let error = pool
        .begin()
        .await
        .expect_err("the hazard: the pool does not try again");
    assert!(
        matches!(&error, sqlx::Error::Io(error) if error.kind() == ErrorKind::ConnectionReset),
        "{error:?}"
    );
    pool.begin().await.expect("the server accepts connections");
}

async fn is_tried_again<DB: Proxied + Driver>() {
    let (database, proxy, pool) = start::<DB>().await;
    proxy.reset_next(5);
    debit(&pool).await.expect("the connection was opened again");
    assert_eq!(cents(&database).await, 900);
}
