//! `Db::stats`: figures of the pools and of the running calls, read from memory.
//!
//! Nothing here sends a statement or waits; asking the servers is the work of `health.rs`.
use sqlx::Pool;

use crate::{db::Db, driver::Driver};

/// The result of [`Db::stats`]. It covers all handles to the database together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Stats {
    /// The pool for transactions that write.
    pub writer: PoolStats,
    /// The pools for transactions that only read, in the order in which they were given.
    pub readers: Vec<PoolStats>,
    /// The number of running calls. A running call waits for a connection, is in a transaction, or
    /// sleeps between two attempts. A call that joined a transaction is not counted separately.
    pub calls: usize,
    /// The number of open transactions, including those that commit or roll back in the
    /// background.
    pub transactions: usize,
    /// The number of retries that are left in the [retry budget](Db::retry_budget).
    pub retries_left: u32,
    /// The number of retries in the full budget, 100 by default.
    pub retry_budget: u32,
    /// Whether [`Db::close`] was called.
    pub closed: bool,
}

/// The figures of one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PoolStats {
    /// The number of open connections, idle or in use.
    pub size: u32,
    /// The number of connections that are not in use.
    pub idle: u32,
    /// The number of connections that are in use, or on their way back to the pool.
    pub in_use: u32,
    /// The number of calls of annotated functions that wait for a connection. Code that calls
    /// `Pool::acquire` itself is not counted.
    pub waiting: u32,
    /// The largest number of connections, the pool's `max_connections`.
    pub max: u32,
    /// Whether the pool was closed.
    pub closed: bool,
}

impl PoolStats {
    /// Returns true if all `max` connections are in use: the next `acquire` has to wait until one
    /// is returned.
    #[must_use]
    pub const fn is_saturated(&self) -> bool {
        self.in_use >= self.max
    }
}

impl<DB: Driver> Db<DB> {
    /// Returns figures of the pools and of the running calls. It reads counters in memory: it sends
    /// nothing and does not wait, so it suits a metrics endpoint.
    ///
    /// # Examples
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), sqlx::Error> {
    /// use sqlx::Sqlite;
    /// use sqlx_transactional::Db;
    ///
    /// let db = Db::<Sqlite>::connect("sqlite::memory:").await?;
    /// let stats = db.stats();
    /// assert_eq!((stats.writer.max, stats.writer.in_use, stats.calls), (1, 0, 0));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn stats(&self) -> Stats {
        let gate = &self.shared.gate;
        Stats {
            writer: self.stats_of(&self.shared.writer),
            readers: self
                .shared
                .readers
                .pools()
                .map(|pool| self.stats_of(pool))
                .collect(),
            calls: gate.calls(),
            transactions: gate.transactions(),
            retries_left: self.retry_budget().available(),
            retry_budget: self.retry_budget().capacity(),
            closed: self.is_closed(),
        }
    }

    pub(crate) fn stats_of(&self, pool: &Pool<DB>) -> PoolStats {
        let gate = &self.shared.gate;
        let (size, idle) = (
            pool.size(),
            u32::try_from(pool.num_idle()).unwrap_or(u32::MAX),
        );
        // sqlx reads the two numbers at different moments. A connection may have been returned or
        // closed in between, so `idle` can exceed `size`.
        let idle = idle.min(size);
        PoolStats {
            size,
            idle,
            in_use: size - idle,
            waiting: gate.waiting(pool),
            max: pool.options().get_max_connections(),
            closed: pool.is_closed() || (gate.keeps_pools_open() && gate.is_closed()),
        }
    }
}
