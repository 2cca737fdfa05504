//! The proxy changes nothing unless a test asks for it, counts the round trips that are known by
//! hand, and causes each fault at its message.

mod counting;
mod faults;
mod mysql;
mod points;
mod repeated;
mod whole;

use std::time::Duration;

use sqlx::pool::PoolOptions;
use sqlx::{Connection as _, Pool};

use super::{Fault, Point, Proxied, Proxy, Way};
use crate::servers::TestDatabase;

const SELECT: &str = "SELECT cents FROM accounts WHERE id = 1";

/// Runs the same tests on each server. `DB` is the database.
macro_rules! on_each_server {
    ($($item:item)*) => {
        mod postgres {
            use super::*;
            type DB = sqlx::Postgres;
            $($item)*
        }
        mod mysql {
            use super::*;
            type DB = sqlx::MySql;
            $($item)*
        }
    };
}
use on_each_server;

/// A pool of one connection.
async fn start<DB: Proxied>() -> (TestDatabase<DB>, Proxy, Pool<DB>) {
    let database = TestDatabase::with_accounts().await;
    let (proxy, pool) = through(&database);
    (database, proxy, pool)
}

fn through<DB: Proxied>(database: &TestDatabase<DB>) -> (Proxy, Pool<DB>) {
    let proxy = Proxy::of(database);
    let pool = database.pool_through(&proxy, options());
    (proxy, pool)
}

fn options<DB: sqlx::Database>() -> PoolOptions<DB> {
    PoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false)
}

/// A connection outside every pool. It is closed when it is dropped.
async fn connect<DB: Proxied>(database: &TestDatabase<DB>, proxy: &Proxy) -> DB::Connection {
    DB::Connection::connect_with(&DB::at(&database.options(), proxy.address()))
        .await
        .expect("the proxy takes connections")
}

/// The committed balance, read on another connection.
async fn cents<DB: Proxied>(database: &TestDatabase<DB>) -> i64 {
    database.integer(SELECT).await
}

/// Polls until the condition holds.
async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let waited = tokio::time::timeout(Duration::from_secs(10), async {
        while !condition().await {
            tokio::task::yield_now().await;
        }
    });
    waited
        .await
        .unwrap_or_else(|_| panic!("{what}: it does not happen"));
}

/// A transaction that adds one cent to account 1.
macro_rules! add_a_cent {
    ($pool:expr) => {
        async {
            let mut tx = $pool.begin().await?;
            sqlx::query("UPDATE accounts SET cents = cents + 1 WHERE id = 1")
                .execute(&mut *tx)
                .await?;
            tx.commit().await
        }
    };
}
use add_a_cent;
