//! A sandbox: an application that was given its `Db` sees what it would in production, and the database is as before.

mod as_in_production;
mod constraints;
mod cut;
mod cut_at_every_poll;
mod faults;
mod interruptions;
mod leaves_nothing;
mod on_one_connection;
mod options;

use sqlx::Pool;
use sqlx_transactional::{Driver, Sandbox};
use tests::servers::{Server, TestDatabase};

/// Two accounts with 1000 cents each, and a sandbox on them.
async fn open<DB: Server + Driver>() -> (TestDatabase<DB>, Sandbox<DB>) {
    let (database, pool) = crate::bank::open::<DB>(4).await;
    (database, sandbox_on(&pool).await)
}

async fn sandbox_on<DB: Driver>(pool: &Pool<DB>) -> Sandbox<DB> {
    Sandbox::open(pool).await.expect("a sandbox is opened")
}
