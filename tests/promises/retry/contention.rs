//! Real conflicts between many tasks on few rows, on all databases. No acknowledged transfer is
//! lost, and the balances add up.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

use sqlx::Pool;
use sqlx_transactional::{
    Class, Driver, ReadWrite, Serializable, Session, retry_on_error, transactional,
};
use tests::servers::{Server, TestDatabase};

use crate::bank::options;

const ACCOUNTS: i64 = 5;
const WORKERS: usize = 16;
/// Longer than any wait for a connection.
const PATIENCE: Duration = Duration::from_mins(1);
const TRANSFERS: i64 = 400;

/// Five accounts with 1000 cents each, and a table with a row for each transfer.
async fn open<DB: Server + Driver>(connections: u32) -> (TestDatabase<DB>, Pool<DB>) {
    let database = TestDatabase::with_accounts().await;
    database.run("INSERT INTO accounts VALUES (3, 1000), (4, 1000), (5, 1000); CREATE TABLE transfers (id BIGINT PRIMARY KEY)").await;
    let pool = database.pool(options(connections).acquire_timeout(PATIENCE));
    (database, pool)
}

/// What happened to all of them.
#[derive(Debug, Default)]
struct Tally {
    acknowledged: AtomicI64,
    gave_up: AtomicI64,
    attempts: AtomicU32,
}

/// Makes every transfer, from as many tasks as there are workers. A call that gives up is called
/// again, as a client would do.
macro_rules! run_transfers {
    ($database:ident, $pool:ident, $transfer:path, $classes:pat) => {{
        let tally = Arc::new(Tally::default());
        let workers = (0..WORKERS).map(|worker| {
            let (pool, tally) = ($pool.clone(), Arc::clone(&tally));
            tokio::spawn(async move {
                for id in (0..TRANSFERS).skip(worker).step_by(WORKERS) {
                    while let Err(error) = $transfer(&pool, id, &tally.attempts).await {
                        let class = Class::of(&error);
                        assert!(matches!(class, $classes), "{class:?}: {error}");
                        tally.gave_up.fetch_add(1, SeqCst);
                    }
                    tally.acknowledged.fetch_add(1, SeqCst);
                }
            })
        });
        for worker in workers.collect::<Vec<_>>() {
            worker.await.expect("no worker panics");
        }
        let (attempts, gave_up) = (tally.attempts.load(SeqCst), tally.gave_up.load(SeqCst));
        println!(
            "{TRANSFERS} transfers, {WORKERS} workers: {attempts} attempts, {gave_up} calls gave up"
        );
        assert_eq!(tally.acknowledged.load(SeqCst), TRANSFERS);
        assert_eq!(
            $database.integer("SELECT COUNT(*) FROM transfers").await,
            TRANSFERS
        );
        assert_eq!($database.integer(total(&$database)).await, 1000 * ACCOUNTS);
        i64::from(attempts)
    }};
}

/// A query for the sum as a 64-bit integer.
fn total<DB: Server>(_: &TestDatabase<DB>) -> &'static str {
    if DB::NAME == "MySQL" {
        "SELECT CAST(SUM(cents) AS SIGNED) FROM accounts"
    } else {
        "SELECT CAST(SUM(cents) AS BIGINT) FROM accounts"
    }
}

macro_rules! transfers {
    ($name:ident, $mode:ty, $in_order:literal) => {
        #[retry_on_error]
        #[transactional]
        async fn $name(
            session: &mut Session<DB, $mode>,
            id: i64,
            attempts: &AtomicU32,
        ) -> Result<(), sqlx::Error> {
            attempts.fetch_add(1, SeqCst);
            let (from, to) = (
                id % ACCOUNTS + 1,
                (id + 1 + id % (ACCOUNTS - 1)) % ACCOUNTS + 1,
            );
            let mut steps = [(from, -1), (to, 1)];
            if $in_order {
                steps.sort_unstable();
            }
            for (account, cents) in steps {
                let update = sqlx::query(crate::bank::sql::<DB>(
                    "UPDATE accounts SET cents = cents + $1 WHERE id = $2",
                ));
                update
                    .bind(cents)
                    .bind(account)
                    .execute(&mut *session)
                    .await?;
            }
            sqlx::query(crate::bank::sql::<DB>("INSERT INTO transfers VALUES ($1)"))
                .bind(id)
                .execute(session)
                .await?;
            Ok(())
        }
    };
}

mod postgres {
    use super::*;

    type DB = sqlx::Postgres;

    transfers!(serializable, Serializable, true);
    transfers!(opposite, ReadWrite, false);

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn serializable_transfers_between_hot_accounts() {
        let (database, pool) = open::<DB>(16).await;
        let attempts = run_transfers!(database, pool, serializable, Class::Serialization);
        assert!(attempts > TRANSFERS, "there were conflicts");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn deadlocks_of_opposite_orders() {
        let (database, _) = open::<DB>(1).await;
        let quick = database.options().options([("deadlock_timeout", "10ms")]);
        let pool = options(16)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(quick);
        let attempts = run_transfers!(database, pool, opposite, Class::Deadlock);
        assert!(attempts > TRANSFERS, "there were deadlocks");
    }
}

mod mysql {
    use super::*;

    type DB = sqlx::MySql;

    transfers!(opposite, ReadWrite, false);

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn deadlocks_of_opposite_orders() {
        let (database, pool) = open::<DB>(16).await;
        let attempts = run_transfers!(database, pool, opposite, Class::Deadlock);
        assert!(attempts > TRANSFERS, "there were deadlocks");
    }
}

mod sqlite {
    use super::*;

    type DB = sqlx::Sqlite;

    transfers!(opposite, ReadWrite, false);

    /// A pool of eight connections instead of a `Db`: one connection writes, the others wait for
    /// it.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn many_writers() {
        let (database, pool) = open::<DB>(8).await;
        let attempts = run_transfers!(database, pool, opposite, Class::Busy);
        assert_eq!(
            attempts, TRANSFERS,
            "writers wait for the lock, and no call conflicts"
        );
    }
}
