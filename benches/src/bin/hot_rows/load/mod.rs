//! Transfers between five accounts by many workers at once. Every acknowledged transfer has to be
//! stored once, and no money may be lost.

mod audit;
mod transfers;
mod workers;

use std::time::{Duration, Instant};

use sqlx::{Pool, Postgres, Sqlite, pool::PoolOptions};
use sqlx_transactional::{Db, Driver};
use tests::{
    checks,
    servers::{Server, TestDatabase},
};

use self::{
    audit::Audit,
    transfers::Call,
    workers::{End, Ended},
};
use crate::{table, turn::share};

/// A line of the table.
struct Load<S> {
    name: &'static str,
    workers: u32,
    call: Call<S>,
    provokes: Provokes,
}

/// What has to happen during a load. Otherwise the load has tested nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Provokes {
    /// The busy timeout of SQLite may prevent all conflicts.
    Nothing,
    Retries,
    /// Transfers lock the account of the payer first, so that transfers in opposite directions
    /// deadlock. In other loads the account with the lower id comes first.
    Deadlocks,
}

const HEADS: [&str; 14] = [
    "",
    "workers",
    "pool",
    "s",
    "gave up %",
    "1 attempt %",
    "2",
    "3 to 5",
    "more",
    "most",
    "deadlocks",
    "lost",
    "extra",
    "money",
];

/// Prints the table. Returns the faults that were found.
pub(crate) async fn run(transfers: u32) -> Vec<String> {
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for workers in [16, 64] {
        let database = TestDatabase::new().await;
        let pool = database.pool(connections(workers));
        let load = Load {
            name: "PostgreSQL, serializable",
            workers,
            call: transfers::serializable,
            provokes: Provokes::Retries,
        };
        lines.push(
            load.run(
                &database,
                &pool,
                Db::from(pool.clone()),
                transfers,
                &mut faults,
            )
            .await,
        );
    }
    {
        let database = TestDatabase::<Postgres>::new().await;
        // The default, one second, is too long for a program that provokes deadlocks.
        let impatient = database.options().options([("deadlock_timeout", "10ms")]);
        let pool = connections(16).connect_lazy_with(impatient);
        let load = Load {
            name: "PostgreSQL, opposite orders",
            workers: 16,
            call: transfers::read_committed,
            provokes: Provokes::Deadlocks,
        };
        lines.push(
            load.run(
                &database,
                &pool,
                Db::from(pool.clone()),
                transfers,
                &mut faults,
            )
            .await,
        );
    }
    {
        let database = TestDatabase::new().await;
        let pool = database.pool(connections(16));
        let load = Load {
            name: "MariaDB, opposite orders",
            workers: 16,
            call: transfers::mariadb,
            provokes: Provokes::Deadlocks,
        };
        lines.push(
            load.run(
                &database,
                &pool,
                Db::from(pool.clone()),
                transfers,
                &mut faults,
            )
            .await,
        );
    }
    let sqlite = [
        (
            "SQLite, a file, without Db",
            Duration::from_secs(5),
            Provokes::Nothing,
        ),
        (
            "SQLite, the same, busy at once",
            Duration::ZERO,
            Provokes::Retries,
        ),
    ];
    for (name, busy_timeout, provokes) in sqlite {
        let database = TestDatabase::<Sqlite>::new().await;
        let pool = connections(8).connect_lazy_with(database.options().busy_timeout(busy_timeout));
        let load = Load {
            name,
            workers: 16,
            call: transfers::sqlite,
            provokes,
        };
        lines.push(
            load.run(&database, &pool, pool.clone(), transfers, &mut faults)
                .await,
        );
    }
    table::print(
        &format!("{transfers} transfers between 5 accounts"),
        HEADS,
        &lines,
    );
    faults
}

fn connections<DB: Driver>(connections: u32) -> PoolOptions<DB> {
    PoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false)
}

impl<S: Clone + Send + 'static> Load<S> {
    /// Calls begin their transactions on `source`: the pool itself, or a `Db` of it.
    async fn run<DB: Server>(
        &self,
        database: &TestDatabase<DB>,
        pool: &Pool<DB>,
        source: S,
        transfers: u32,
        faults: &mut Vec<String>,
    ) -> [String; HEADS.len()] {
        audit::open_accounts(database).await;
        let started = Instant::now();
        let calls = workers::run(
            &source,
            self.call,
            self.provokes == Provokes::Deadlocks,
            self.workers,
            transfers,
        )
        .await;
        let seconds = started.elapsed().as_secs_f64();
        checks::no_connection_in_transaction(database, pool).await;
        let audit = audit::audit(database, &calls).await;
        let deadlocks: u32 = calls.iter().map(|call| call.deadlocks).sum();
        let mut own = audit.faults();
        let shown = match self.provokes {
            Provokes::Nothing => true,
            Provokes::Retries => calls.iter().any(|call| call.attempts > 1),
            Provokes::Deadlocks => deadlocks > 0,
        };
        if !shown {
            own.push(format!(
                "it provoked none of the expected {:?}: it has tested nothing",
                self.provokes
            ));
        }
        faults.extend(
            own.iter()
                .map(|fault| format!("{}, {} workers: {fault}", self.name, self.workers)),
        );
        let connections = pool.options().get_max_connections();
        pool.close().await;
        self.line(&calls, &audit, connections, seconds, deadlocks)
    }

    fn line(
        &self,
        calls: &[Ended],
        audit: &Audit,
        connections: u32,
        seconds: f64,
        deadlocks: u32,
    ) -> [String; HEADS.len()] {
        let percent = |is: &dyn Fn(&Ended) -> bool| {
            format!(
                "{:.2}",
                100.0 * share(calls.iter().filter(|call| is(call)).count(), calls.len())
            )
        };
        [
            self.name.to_owned(),
            self.workers.to_string(),
            connections.to_string(),
            format!("{seconds:.1}"),
            percent(&|call| matches!(call.end, End::GaveUp)),
            percent(&|call| call.attempts == 1),
            percent(&|call| call.attempts == 2),
            percent(&|call| (3..=5).contains(&call.attempts)),
            percent(&|call| call.attempts > 5),
            calls
                .iter()
                .map(|call| call.attempts)
                .max()
                .unwrap_or_default()
                .to_string(),
            deadlocks.to_string(),
            audit.lost.to_string(),
            audit.extra.to_string(),
            if audit.money_is_conserved() {
                "conserved"
            } else {
                "NOT CONSERVED"
            }
            .to_owned(),
        ]
    }
}
