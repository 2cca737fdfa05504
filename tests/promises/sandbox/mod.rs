//! A sandbox: an application that gets its `Db` behaves as in production, and afterwards the
//! database is as before.

/// The same tests with each driver, and with `Any` over each. `DB` is the driver, and `Home` is the
/// database behind it.
macro_rules! on_each_driver {
    ($($item:item)*) => { on! { [postgres mysql sqlite any_postgres any_mysql any_sqlite] $($item)* } };
}

mod annotated;
mod application;
mod as_in_production;
mod cancelled;
mod client_gone;
mod constraints;
mod cut;
mod cut_at_every_poll;
mod faults;
mod handle;
mod in_parallel;
mod interruptions;
mod leaves_nothing;
mod migrations;
mod on_one_connection;
mod options;
mod suite;
mod tables;
mod whole_application;

use sqlx::Pool;
use sqlx_transactional::{Driver, Sandbox};
use tests::servers::{Server, TestDatabase};

use crate::bank::options;

/// Two accounts with 1000 cents each, and a sandbox on them.
async fn open<Home: Server, DB: Driver>() -> (TestDatabase<Home>, Sandbox<DB>) {
    let (database, pool) = on_pool(4).await;
    (database, sandbox_on(&pool).await)
}

/// Two accounts with 1000 cents each, and a pool of `connections`.
async fn on_pool<Home: Server, DB: Driver>(connections: u32) -> (TestDatabase<Home>, Pool<DB>) {
    let database = TestDatabase::with_accounts().await;
    let pool = pool_on(&database, connections);
    (database, pool)
}

/// A pool that is opened by its URL, as `Any` requires.
fn pool_on<Home: Server, DB: Driver>(database: &TestDatabase<Home>, connections: u32) -> Pool<DB> {
    sqlx::any::install_default_drivers();
    options(connections)
        .connect_lazy(database.url())
        .expect("it is a URL")
}

async fn sandbox_on<DB: Driver>(pool: &Pool<DB>) -> Sandbox<DB> {
    Sandbox::open(pool).await.expect("a sandbox is opened")
}
