//! Five hot rows, of which a transaction updates two neighbours.

use std::ops::RangeInclusive;

use sqlx::{
    Postgres,
    postgres::{PgPool, PgPoolOptions},
};
use tests::servers::TestDatabase;

/// The ids that the lower of the two rows can have. pgbench's script draws from the same range.
pub(crate) const FIRST: RangeInclusive<i64> = 1..=4;

pub(crate) const UPDATE: &str = "UPDATE hot SET n = n + 1 WHERE id = $1";

/// Autovacuum is off, so that the table is never analysed. Otherwise the planner would scan so
/// small a table, and a scan conflicts with every update of it.
const CREATE: &str = "DROP TABLE IF EXISTS hot;
    CREATE TABLE hot (id BIGINT PRIMARY KEY, n BIGINT NOT NULL) WITH (autovacuum_enabled = off);
    INSERT INTO hot SELECT id, 0 FROM generate_series(1, 5) AS id";

/// The rows, in a database of their own.
pub(crate) struct HotRows {
    pub(crate) database: TestDatabase<Postgres>,
}

impl HotRows {
    pub(crate) async fn new() -> Self {
        Self {
            database: TestDatabase::new().await,
        }
    }

    /// Creates the table anew, without the dead rows of the contender before.
    pub(crate) async fn start_anew(&self) {
        self.database.run(CREATE).await;
    }

    /// How many transactions are stored.
    pub(crate) async fn stored(&self) -> i64 {
        self.database
            .integer("SELECT sum(n)::BIGINT / 2 FROM hot")
            .await
    }

    /// A pool with one open connection for each worker; as that of `Db::connect`, it does not ping.
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
