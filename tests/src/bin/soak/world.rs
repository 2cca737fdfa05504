//! The database under load, and how its faults are caused: a server of its own behind a proxy, or a
//! file.

use std::time::Duration;

use rand::rngs::StdRng;
use sqlx::pool::PoolOptions;
use sqlx::{Connection as _, Pool, Sqlite};
use tests::proxy::{Proxied, Proxy};
use tests::servers::{Own, OwnServer, Server as _, TestDatabase};
use tokio::time::{sleep, timeout};

use crate::bank::{Bank, SCHEMA};
use crate::plan::{self, Fault};

/// A database with faults.
pub(crate) trait World: Sized {
    type DB: Bank;

    /// Draws a fault that this database can have.
    const FAULTS: fn(&mut StdRng) -> Fault;

    async fn open() -> Self;

    fn database(&self) -> &TestDatabase<Self::DB>;

    /// The pool of the load.
    fn pool(&self, options: PoolOptions<Self::DB>) -> Pool<Self::DB>;

    async fn inflict(&mut self, fault: Fault);

    /// Ends all faults. Connections that may have `lost` something are closed. The others stay
    /// open, and are checked.
    fn heal(&mut self, _lost: bool) {}
}

/// A server that only this program uses.
pub(crate) struct Remote<DB: Own> {
    proxy: Proxy,
    database: TestDatabase<DB>,
    server: OwnServer<DB>,
}

impl<DB: Bank + Own + Proxied> World for Remote<DB> {
    type DB = DB;

    const FAULTS: fn(&mut StdRng) -> Fault = plan::of_a_server;

    async fn open() -> Self {
        let server = OwnServer::start().await;
        let database = TestDatabase::on(&server).await;
        database.run(SCHEMA).await;
        Self {
            proxy: DB::proxy(server.address()),
            database,
            server,
        }
    }

    fn database(&self) -> &TestDatabase<DB> {
        &self.database
    }

    fn pool(&self, options: PoolOptions<DB>) -> Pool<DB> {
        self.database.pool_through(&self.proxy, options)
    }

    async fn inflict(&mut self, fault: Fault) {
        match fault {
            Fault::Cut => self.proxy.cut(),
            Fault::Reset => self.proxy.reset(),
            Fault::BlackHole => self.proxy.black_hole(),
            Fault::ResetNext(count) => self.proxy.reset_next(count),
            Fault::Split => self.proxy.split(3..=12),
            Fault::At(way, point, every, fault) => {
                drop(self.proxy.inject_every(every, way, point, fault));
            }
            Fault::Kill(down) => {
                self.server.kill().await;
                sleep(down).await;
                self.server.start_again().await;
            }
            Fault::Pause(time) => {
                self.server.pause();
                sleep(time).await;
                self.server.resume();
            }
            Fault::Terminate => self.server.terminate_backends().await,
            Fault::Busy(_) | Fault::Exhaust(_) | Fault::Runtime(_) => {
                unreachable!("not a fault of the server")
            }
        }
    }

    fn heal(&mut self, lost: bool) {
        self.proxy.restore();
        if lost {
            self.proxy.reset();
        }
    }
}

/// A file of SQLite.
pub(crate) struct File(TestDatabase<Sqlite>);

impl World for File {
    type DB = Sqlite;

    const FAULTS: fn(&mut StdRng) -> Fault = plan::of_a_file;

    async fn open() -> Self {
        let database = TestDatabase::new().await;
        database.run(SCHEMA).await;
        Self(database)
    }

    fn database(&self) -> &TestDatabase<Sqlite> {
        &self.0
    }

    fn pool(&self, options: PoolOptions<Sqlite>) -> Pool<Sqlite> {
        // Now and then, a lock is held for longer than this.
        options.connect_lazy_with(self.0.options().busy_timeout(Duration::from_millis(400)))
    }

    async fn inflict(&mut self, fault: Fault) {
        let Fault::Busy(time) = fault else {
            unreachable!("not a fault of a file")
        };
        let mut connection = self.0.connect().await;
        // The load does not wait in a queue either, so this may take a while.
        while Sqlite::run(&mut connection, "BEGIN IMMEDIATE".into())
            .await
            .is_err()
        {}
        sleep(time).await;
        Sqlite::run(&mut connection, "ROLLBACK".into())
            .await
            .expect("it has the lock");
        connection.close().await.ok();
    }
}

/// Fewer connections than workers. The number depends on the seed. The pool replaces connections
/// soon, and with every other seed it pings them before use, as sqlx does by default.
pub(crate) fn options<DB: sqlx::Database>(seed: u64) -> PoolOptions<DB> {
    let connections = match seed % 5 {
        0 => 6,
        1 => 4,
        2 => 2,
        3 => 1,
        _ => 3,
    };
    let options = PoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(2));
    options
        .max_lifetime(Duration::from_secs(3))
        .idle_timeout(Duration::from_secs(1))
        .test_before_acquire(seed % 2 == 1)
}

/// Takes all connections of the pool for `time`.
pub(crate) async fn exhaust<DB: Bank>(pool: &Pool<DB>, time: Duration) {
    let mut taken = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        taken.extend(
            timeout(Duration::from_millis(200), pool.acquire())
                .await
                .into_iter()
                .flatten(),
        );
    }
    sleep(time).await;
}
