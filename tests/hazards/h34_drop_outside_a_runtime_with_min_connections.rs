//! H34: in a pool with `min_connections`, a connection cannot be dropped outside a runtime.
//! Dropping, detaching or leaking it spawns a task that would replace it, and that panics. If it is
//! detached, the connection is lost too, inside its transaction.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sqlx::pool::PoolConnection;
use sqlx_transactional::Driver;
use tests::servers::{Server, TestDatabase};
use tokio::runtime::Runtime;

use crate::accounts::options;
use crate::h15_drop_outside_a_runtime_panics::dropped_outside;

on! { blocking [postgres mysql sqlite]
    by_hand: panics_in_any_case;
    through_us: is_replaced_elsewhere;
}

type GetRidOf<DB> = fn(PoolConnection<DB>);

fn panics_in_any_case<DB: Server>() {
    let runtime = Runtime::new().unwrap();
    let ways: [(&str, GetRidOf<DB>); 3] = [
        ("drop", drop),
        ("detach", |connection| drop(connection.detach())),
        ("leak", |connection| drop(connection.leak())),
    ];
    for (name, get_rid_of) in ways {
        let (connection, _database) = runtime.block_on(async {
            let database = TestDatabase::<DB>::new().await;
            (
                database
                    .pool(options(1).min_connections(1))
                    .acquire()
                    .await
                    .unwrap(),
                database,
            )
        });
        let gone = catch_unwind(AssertUnwindSafe(|| get_rid_of(connection)));
        assert!(gone.is_err(), "the hazard: {name} panics");
    }
}

fn is_replaced_elsewhere<DB: Server + Driver>() {
    dropped_outside::<DB>(options(1).min_connections(1));
}
