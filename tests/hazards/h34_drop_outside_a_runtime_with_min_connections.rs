//! H34: in a pool with `min_connections` there is no way to get rid of a connection outside a runtime: dropped, detached or leaked, each
//! spawns a task that would replace it, and panics. Detached, the connection is lost as well, inside its transaction.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite};
use tests::servers::TestDatabase;
use tokio::runtime::Runtime;

use crate::accounts::options;
use crate::h15_drop_outside_a_runtime_panics::dropped_outside;

type GetRidOf = fn(PoolConnection<Postgres>);

#[test]
fn by_hand() {
    let runtime = Runtime::new().unwrap();
    let ways: [(&str, GetRidOf); 3] =
        [("drop", drop), ("detach", |connection| drop(connection.detach())), ("leak", |connection| drop(connection.leak()))];
    for (name, get_rid_of) in ways {
        let (connection, _database) = runtime.block_on(async {
            let database = TestDatabase::<Postgres>::new().await;
            (database.pool(options(1).min_connections(1)).acquire().await.unwrap(), database)
        });
        let gone = catch_unwind(AssertUnwindSafe(|| get_rid_of(connection)));
        assert!(gone.is_err(), "the hazard: {name} panics");
    }
}

#[test]
fn through_us_on_postgres() {
    dropped_outside::<Postgres>(options(1).min_connections(1));
}

#[test]
fn through_us_on_sqlite() {
    dropped_outside::<Sqlite>(options(1).min_connections(1));
}
