//! H33, PostgreSQL: a server that restarts resets the connections that it has not taken yet, and `acquire` reports that at once, although
//! nothing has run and the next try would succeed. A refused connection the pool tries again; a reset one it does not.

use sqlx::Postgres;
use tests::proxy::Proxy;
use tests::servers::TestDatabase;

use crate::accounts::{cents, debit, options};

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    let pool = database.pool_through(&proxy, options(1));
    proxy.reset_next(1);
    let error = pool.begin().await.expect_err("the hazard: the pool does not try again");
    assert!(matches!(&error, sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionReset), "{error:?}");
    pool.begin().await.expect("the server is there");
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    let pool = database.pool_through(&proxy, options(1));
    proxy.reset_next(5);
    debit(&pool).await.expect("nothing had run: it was tried again");
    assert_eq!(cents(&database).await, 900);
}
