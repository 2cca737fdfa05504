//! The hot rows: five of them, of which a transaction updates two neighbours.

use std::ops::RangeInclusive;

use sqlx::{
    Postgres,
    postgres::{PgPool, PgPoolOptions},
};
use tests::servers::TestDatabase;

/// The lower of the two rows that a transaction updates, the other one being the next: what
/// pgbench's script draws, too.
pub(crate) const FIRST: RangeInclusive<i64> = 1..=4;

pub(crate) const UPDATE: &str = "UPDATE hot SET n = n + 1 WHERE id = $1";

/// Never analysed, or the planner would rather scan so small a table, and a scan conflicts with
/// every update of it.
const CREATE: &str = "DROP TABLE IF EXISTS hot;
    CREATE TABLE hot (id BIGINT PRIMARY KEY, n BIGINT NOT NULL) WITH (autovacuum_enabled = off);
    INSERT INTO hot SELECT id, 0 FROM generate_series(1, 5) AS id";

/// A database of its own.
pub(crate) struct HotRows {
    pub(crate) database: TestDatabase<Postgres>,
}

impl HotRows {
    pub(crate) async fn new() -> Self {
        Self {
            database: TestDatabase::new().await,
        }
    }

    /// Nobody updates what the one before has left behind.
    pub(crate) async fn start_anew(&self) {
        self.database.run(CREATE).await;
    }

    /// How many transactions are stored.
    pub(crate) async fn stored(&self) -> i64 {
        self.database
            .integer("SELECT sum(n)::BIGINT / 2 FROM hot")
            .await
    }

    /// One connection for each worker, all of them open; as `Db::connect` does it, without ping.
    pub(crate) async fn pool(&self, connections: u32) -> Result<PgPool, sqlx::Error> {
        let options = PgPoolOptions::new()
            .max_connections(connections)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None);
        let pool = self.database.pool(options);
        let mut open = Vec::new();
        for _ in 0..connections {
            open.push(pool.acquire().await?);
        }
        Ok(pool)
    }
}
