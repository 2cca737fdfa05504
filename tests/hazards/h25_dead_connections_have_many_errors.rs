//! H25, PostgreSQL: a server that cannot be reached is `PoolTimedOut` and not `Io`, since the pool tries until its timeout; one that has
//! ended an idle connection answers the next BEGIN on it with 57P01, which is an error of the database like a wrong statement's.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use sqlx::{PgPool, Postgres};
use sqlx_transactional::Class;
use tests::servers::{Server as _, TestDatabase};

use crate::accounts::{cents, code, debit, options};

/// Nobody listens there.
fn nowhere() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr()).expect("the loopback has free ports")
}

fn unreachable(database: &TestDatabase<Postgres>) -> PgPool {
    options(1).acquire_timeout(Duration::from_millis(200)).connect_lazy_with(Postgres::at(&database.options(), nowhere()))
}

async fn terminated(database: &TestDatabase<Postgres>) -> PgPool {
    let pool = database.pool(options(1));
    drop(pool.acquire().await.unwrap());
    while pool.num_idle() == 0 {
        tokio::task::yield_now().await;
    }
    database.terminate_all().await;
    pool
}

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let error = unreachable(&database).begin().await.expect_err("nobody listens");
    assert!(matches!(error, sqlx::Error::PoolTimedOut), "the hazard: not {error:?}");

    let error = terminated(&database).await.begin().await.expect_err("the hazard: the pool did not notice");
    assert_eq!(code(&error), "57P01");
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let error = debit(&unreachable(&database)).await.expect_err("nobody listens");
    assert_eq!(Class::of(&error), Class::PoolTimeout, "{error:?}");

    debit(&terminated(&database).await).await.expect("the connection is replaced");
    assert_eq!(cents(&database).await, 900);
}
