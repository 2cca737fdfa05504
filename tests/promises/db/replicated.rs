//! A primary and a replica of a test's own, and a `Db` over both.

use std::time::Duration;

use sqlx::pool::PoolOptions;
use sqlx::{Connection as _, Pool};
use sqlx_transactional::{Db, Driver};
use tests::servers::{Own, OwnServer, TestDatabase};

/// Longer than any step of these tests. A test that waits this long fails.
pub(crate) const LONG: Duration = Duration::from_mins(2);

/// The port of the server of a read-only call, and what the call read there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) port: i64,
    pub(crate) notes: i64,
}

pub(crate) struct Replicated<DB: Own> {
    pub(crate) primary: OwnServer<DB>,
    pub(crate) replica: OwnServer<DB>,
    pub(crate) database: TestDatabase<DB>,
}

impl<DB: Own + Driver> Replicated<DB> {
    /// Both have an empty table `notes (id)`.
    pub(crate) async fn start() -> Self {
        let primary = OwnServer::<DB>::start().await;
        let replica = primary.start_replica().await;
        let database = TestDatabase::on(&primary).await;
        database
            .run("CREATE TABLE notes (id BIGINT NOT NULL)")
            .await;
        let replicated = Self {
            primary,
            replica,
            database,
        };
        let there = DB::at(&replicated.database.options(), replicated.replica.address());
        let follows = async || {
            DB::integer(
                &mut DB::Connection::connect_with(&there).await?,
                "SELECT COUNT(*) FROM notes".into(),
            )
            .await
        };
        while follows().await.is_err() {}
        replicated
    }

    /// A pool on the primary.
    pub(crate) fn writer(&self) -> Pool<DB> {
        self.database.pool(options(8))
    }

    /// A pool on the replica.
    pub(crate) fn reader(&self, connections: u32) -> Pool<DB> {
        self.database
            .pool_at(self.replica.address(), options(connections))
    }

    /// Waits for a replica for longer than any test, so that a call that reads from the writer did
    /// not wait.
    pub(crate) fn db(&self) -> Db<DB> {
        Db::from(self.writer())
            .with_readers([self.reader(8)])
            .with_reader_wait(LONG)
    }

    pub(crate) fn primary_port(&self) -> i64 {
        self.primary.address().port().into()
    }

    pub(crate) fn replica_port(&self) -> i64 {
        self.replica.address().port().into()
    }
}

/// The acquire timeout is longer than any test may take.
fn options<DB: sqlx::Database>(connections: u32) -> PoolOptions<DB> {
    PoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(10 * LONG)
        .test_before_acquire(false)
}

/// The query for a [`Seen`].
pub(crate) fn look(database: &str) -> &'static str {
    match database {
        "PostgreSQL" => "SELECT inet_server_port()::int8, (SELECT count(*) FROM notes)",
        _ => "SELECT CAST(@@port AS SIGNED), (SELECT COUNT(*) FROM notes)",
    }
}

/// The functions that readers are tested with, on `DB`: both, or `read` alone.
macro_rules! functions {
    (read) => {
        #[transactional]
        async fn read(session: &mut Session<DB, ReadOnly>) -> Result<Seen, sqlx::Error> {
            let (port, notes) = sqlx::query_as(look(<DB as sqlx::Database>::NAME))
                .fetch_one(session)
                .await?;
            Ok(Seen { port, notes })
        }
    };
    (read write) => {
        functions!(read);

        #[transactional]
        async fn write(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
            sqlx::raw_sql("INSERT INTO notes VALUES (1)")
                .execute(session)
                .await?;
            Ok(())
        }
    };
}
pub(crate) use functions;
