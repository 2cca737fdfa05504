//! What a handle can tell without asking anybody: figures of its pools, and of the calls on their
//! way.
use sqlx::Pool;

use crate::{db::Db, driver::Driver};

/// What [`Db::stats`] counts: of all handles to the database together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Stats {
    /// The pool that transactions write through.
    pub writer: PoolStats,
    /// Those for transactions that only read.
    pub readers: Vec<PoolStats>,
    /// Calls that are running: they wait for a connection, are in a transaction, or sleep between
    /// two attempts. Joined ones are part of others.
    pub calls: usize,
    /// Transactions that are open, also those that are being ended in the background.
    pub transactions: usize,
    /// What is left for retries after lost connections.
    pub retries_left: u32,
    /// How many those are at most.
    pub retry_budget: u32,
    /// Whether the handle was closed.
    pub closed: bool,
}

/// The figures of one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PoolStats {
    /// Connections that it has.
    pub size: u32,
    /// Those that nobody uses.
    pub idle: u32,
    /// Those that somebody uses, or is giving back.
    pub in_use: u32,
    /// Calls of annotated functions that wait for one. Who acquires a connection from the pool by
    /// hand is not counted.
    pub waiting: u32,
    /// Connections that it may have.
    pub max: u32,
    /// Whether it was closed.
    pub closed: bool,
}

impl PoolStats {
    /// Whether nobody gets a connection without waiting for another one to be given back.
    #[must_use]
    pub const fn is_saturated(&self) -> bool {
        self.in_use >= self.max
    }
}

impl<DB: Driver> Db<DB> {
    /// The figures of the pools, and of the calls on their way. Nothing is sent, nothing is waited
    /// for.
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
        // Read one after the other: a connection may have come or gone in between.
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
