//! The end of a handle: no new calls, time for those that run, then the pools.
use std::{
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use futures_util::future::join_all;
use sqlx::Pool;
use tokio::time::timeout;
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};

use super::{
    Db, PoolStats,
    stats::{Counted, Waiting},
};
use crate::{driver::Driver, error::Error};

/// Closing a pool waits for every connection that somebody still has.
const POOLS: Duration = Duration::from_secs(5);

/// What [`Db::close`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseReport {
    /// How many calls were running when the handle was closed, of all its clones: those that waited
    /// for a connection or between two attempts too.
    pub running: usize,
    /// How many of them ended by themselves.
    pub finished: usize,
    /// The names of those that were cut at the deadline.
    pub cut: Vec<&'static str>,
    /// How many had not ended when the closing did: a COMMIT that was not answered, a hook that
    /// does not end, a body that blocks its thread.
    pub unfinished: usize,
    /// Whether all pools were closed in time. One is not while somebody keeps a connection of it.
    pub pools_closed: bool,
}

/// Which calls are on their way on a database, through all of its handles.
pub(crate) struct Gate<DB: Driver> {
    calls: TaskTracker,
    /// From before BEGIN until the rollback or the hooks are over, also in the background.
    transactions: TaskTracker,
    cut: CancellationToken,
    tally: Mutex<Tally>,
    pools: RwLock<Vec<Counted<DB>>>,
    /// In a sandbox, whose pool outlives the gate: when it is over.
    sandbox: Option<CancellationToken>,
}

#[derive(Default)]
struct Tally {
    /// None while the gate is open.
    running: Option<usize>,
    cut: Vec<&'static str>,
}

impl<DB: Driver> Gate<DB> {
    pub(super) fn new(pool: Pool<DB>) -> Self {
        Self::of(pool, None)
    }

    pub(super) fn in_sandbox(pool: Pool<DB>, over: CancellationToken) -> Self {
        Self::of(pool, Some(over))
    }

    fn of(pool: Pool<DB>, sandbox: Option<CancellationToken>) -> Self {
        Self {
            calls: TaskTracker::new(),
            transactions: TaskTracker::new(),
            cut: CancellationToken::new(),
            tally: Mutex::default(),
            pools: RwLock::new(vec![Counted::new(pool)]),
            sandbox,
        }
    }

    /// More pools, which are closed with the handle. They are known for as long as any handle is.
    pub(super) fn add(&self, pools: &[Pool<DB>]) {
        let mut known = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        for pool in pools {
            if !known.iter().any(|counted| counted.is(pool)) {
                known.push(Counted::new(pool.clone()));
            }
        }
    }

    /// What is counted of a pool.
    fn counted<R>(&self, pool: &Pool<DB>, look: impl FnOnce(&Counted<DB>) -> R) -> Option<R> {
        self.pools
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .find(|counted| counted.is(pool))
            .map(look)
    }

    pub(super) fn stats(&self, pool: &Pool<DB>) -> PoolStats {
        let stats = self
            .counted(pool, Counted::stats)
            .unwrap_or_else(|| Counted::new(pool.clone()).stats());
        PoolStats {
            closed: stats.closed || (self.sandbox.is_some() && self.is_closed()),
            ..stats
        }
    }

    pub(super) fn calls(&self) -> usize {
        self.calls.len()
    }

    pub(super) fn transactions(&self) -> usize {
        self.transactions.len()
    }

    pub(super) fn enter(self: &Arc<Self>) -> Result<Call<DB>, Error> {
        // Counted first: a call that still finds the gate open is waited for.
        let token = self.calls.token();
        if self.is_closed() {
            return Err(Error::Closed);
        }
        Ok(Call {
            gate: Arc::clone(self),
            _token: token,
        })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.calls.is_closed()
            || self
                .sandbox
                .as_ref()
                .is_some_and(CancellationToken::is_cancelled)
    }

    /// Closes the gate.
    fn shut(&self) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        self.calls.close();
        self.transactions.close();
        tally.running.get_or_insert_with(|| self.calls.len());
    }

    async fn idle(&self) {
        self.calls.wait().await;
        self.transactions.wait().await;
    }

    async fn close_pools(&self) -> bool {
        let pools: Vec<_> = {
            let counted = self.pools.read().unwrap_or_else(PoisonError::into_inner);
            counted.iter().map(|counted| counted.pool.clone()).collect()
        };
        if self.sandbox.is_some() {
            return timeout(POOLS, join_all(pools.iter().map(is_given_back)))
                .await
                .is_ok_and(|given_back| !given_back.contains(&false));
        }
        timeout(POOLS, join_all(pools.iter().map(Pool::close)))
            .await
            .is_ok()
    }

    fn report(&self, pools_closed: bool) -> CloseReport {
        let tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        let (running, unfinished, cut) = (
            tally.running.unwrap_or_default(),
            self.calls.len(),
            tally.cut.clone(),
        );
        CloseReport {
            running,
            finished: running.saturating_sub(cut.len() + unfinished),
            cut,
            unfinished,
            pools_closed,
        }
    }
}

/// Waits until nobody has the only connection of a pool that stays open.
async fn is_given_back<DB: Driver>(pool: &Pool<DB>) -> bool {
    !matches!(pool.acquire().await, Err(sqlx::Error::PoolTimedOut))
}

/// A call that was taken in, for as long as it runs.
pub(crate) struct Call<DB: Driver> {
    gate: Arc<Gate<DB>>,
    _token: TaskTrackerToken,
}

impl<DB: Driver> Call<DB> {
    /// The signal that ends it.
    pub(crate) fn cut(&self) -> &CancellationToken {
        &self.gate.cut
    }

    /// Records that it was ended so.
    pub(crate) fn was_cut(&self, name: &'static str) {
        self.gate
            .tally
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .cut
            .push(name);
    }

    /// Counts a transaction of it, from before BEGIN until nothing is left of it.
    pub(crate) fn transaction(&self) -> TaskTrackerToken {
        self.gate.transactions.token()
    }

    /// Counts it as one that waits for a connection.
    pub(crate) fn waits_for(&self, pool: &Pool<DB>) -> Option<Waiting> {
        self.gate.counted(pool, Counted::waits)
    }
}

impl<DB: Driver> Db<DB> {
    /// Ends the work of all handles to this database, clones and those with other settings, and
    /// closes the pools.
    ///
    /// - At once: no new calls. They fail with [`Error::Closed`] (as `sqlx::Error` it is
    ///   `PoolClosed`, [`http_status`](crate::Class::http_status) 503) and are not tried again.
    /// - Until `deadline` from now: calls that are running go on, also those that wait for a
    ///   connection, sleep between two attempts, or have their next attempt before them.
    /// - At the deadline: bodies are dropped and rolled back, and the call returns [`Error::Cut`].
    ///   A COMMIT that was sent is not cut: it is awaited, hooks included, as is every rollback,
    ///   for as long as the [commit timeout](Self::with_commit_timeout).
    /// - Then the pools close, those of readers too, whoever else has a clone of them. Connections
    ///   that somebody keeps are waited for, for 5 s.
    ///
    /// In a [`Sandbox`](crate::Sandbox) it ends the application that was given the handle. The pool
    /// stays open for the test to look at what is left, and the report says whether it would have
    /// been closed.
    ///
    /// May be called from several places; each waits until all is over, the first deadline cuts,
    /// and all get the same report.
    ///
    /// # Cancellation
    /// The handle stays closed to new calls, and those that run are left to themselves; call it
    /// again to go on.
    ///
    /// # Examples
    /// A service that is told to stop (for SIGTERM, `tokio::signal::unix`) answers what it has
    /// begun:
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), sqlx::Error> {
    /// use std::time::Duration;
    ///
    /// use sqlx::Sqlite;
    /// use sqlx_transactional::{Class, Db, Session, transactional};
    /// use tokio::{sync::oneshot, task::yield_now};
    ///
    /// #[transactional]
    /// async fn answer(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    ///     sqlx::query_scalar("SELECT 42").fetch_one(session).await
    /// }
    ///
    /// let db = Db::<Sqlite>::connect("sqlite::memory:").await?;
    /// let (terminate, terminated) = oneshot::channel::<()>();
    /// let stopping = tokio::spawn({
    ///     let db = db.clone();
    ///     async move {
    ///         let _ = terminated.await; // here: `signal(SignalKind::terminate())?.recv().await`
    ///         db.close(Duration::from_secs(20)).await // less than what follows SIGTERM by SIGKILL
    ///     }
    /// });
    ///
    /// let served = tokio::spawn({
    ///     let db = db.clone();
    ///     async move { answer(&db).await }
    /// });
    /// yield_now().await;
    /// drop(terminate);
    ///
    /// let report = stopping.await.expect("closing does not panic");
    /// assert!(report.cut.is_empty() && report.pools_closed, "{report:?}");
    /// assert_eq!(served.await.expect("nor does the call")?, 42);
    /// let error = answer(&db).await.expect_err("it came too late");
    /// assert_eq!(Class::of(&error).http_status(), 503);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn close(&self, deadline: Duration) -> CloseReport {
        let gate = &*self.shared.gate;
        gate.shut();
        if timeout(deadline, gate.idle()).await.is_err() {
            gate.cut.cancel();
            let _ = timeout(self.settings.commit_timeout, gate.idle()).await;
        }
        let pools_closed = gate.close_pools().await;
        gate.report(pools_closed)
    }

    /// Whether [`close`](Self::close) was called on any handle to this database.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared.gate.is_closed()
    }
}
