//! H33: a server that restarts resets the connections that it has not taken yet, and `acquire` reports that at once, although nothing has run
//! and the next try would succeed. A refused connection the pool tries again; a reset one it does not.

use std::io::ErrorKind;

use sqlx::Pool;
use sqlx_transactional::Driver;
use tests::servers::{Server, TestDatabase};

use crate::accounts::{cents, debit, options};
use crate::relay::Relay;

on! { [postgres mysql]
    by_hand: is_not_tried_again;
    through_us: is_tried_again;
}

async fn start<DB: Server>() -> (TestDatabase<DB>, Relay, Pool<DB>) {
    let database = TestDatabase::<DB>::with_accounts().await;
    let relay = Relay::to(database.address()).await;
    let pool = options(1).connect_lazy_with(DB::at(&database.options(), relay.address()));
    (database, relay, pool)
}

async fn is_not_tried_again<DB: Server>() {
    let (_database, relay, pool) = start::<DB>().await;
    relay.reset_next(1);
    let error = pool.begin().await.expect_err("the hazard: the pool does not try again");
    assert!(matches!(&error, sqlx::Error::Io(error) if error.kind() == ErrorKind::ConnectionReset), "{error:?}");
    pool.begin().await.expect("the server is there");
}

async fn is_tried_again<DB: Server + Driver>() {
    let (database, relay, pool) = start::<DB>().await;
    relay.reset_next(5);
    debit(&pool).await.expect("nothing had run: it was tried again");
    assert_eq!(cents(&database).await, 900);
}
