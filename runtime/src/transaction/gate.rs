//! The gate that every call on a `Db` passes. It counts the calls and transactions that run,
//! refuses new calls once the `Db` is closed, and cancels the running ones at the deadline. When
//! that happens is decided in `db::closing`.
use std::{
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use futures_util::future::join_all;
use sqlx::Pool;
use tokio::time::timeout;
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};

use crate::{driver::Driver, error::Error, transaction::task::identity};

/// How long closing the pools may take. sqlx waits for every connection that is still in use.
const POOLS: Duration = Duration::from_secs(5);

/// The calls in progress on a database, through all handles to it.
pub(crate) struct Gate<DB: Driver> {
    calls: TaskTracker,
    /// Counted from before BEGIN until the rollback or the hooks are over, also in the background.
    transactions: TaskTracker,
    /// Cancelled at the deadline of `Db::close`. Every body is polled beside it.
    cut: CancellationToken,
    tally: Mutex<Tally>,
    pools: RwLock<Vec<Counted<DB>>>,
    /// For a sandbox: cancelled when the enclosing transaction is over. Its pool outlives the gate.
    #[cfg(feature = "test")]
    enclosing: Option<CancellationToken>,
}

#[derive(Default)]
struct Tally {
    /// How many calls were running when the gate was closed. `None` while it is open.
    running: Option<usize>,
    cut: Vec<&'static str>,
}

impl<DB: Driver> Gate<DB> {
    pub(crate) fn new(pool: Pool<DB>) -> Self {
        Self {
            calls: TaskTracker::new(),
            transactions: TaskTracker::new(),
            cut: CancellationToken::new(),
            tally: Mutex::default(),
            pools: RwLock::new(vec![Counted::new(pool)]),
            #[cfg(feature = "test")]
            enclosing: None,
        }
    }

    #[cfg(feature = "test")]
    pub(crate) fn enclosed(pool: Pool<DB>, over: CancellationToken) -> Self {
        Self {
            enclosing: Some(over),
            ..Self::new(pool)
        }
    }

    #[cfg(feature = "test")]
    fn is_over(&self) -> bool {
        let over = self.enclosing.as_ref();
        over.is_some_and(CancellationToken::is_cancelled)
    }

    /// Whether the pools stay open when the gate is closed, as in a sandbox.
    #[cfg(feature = "test")]
    pub(crate) fn keeps_pools_open(&self) -> bool {
        self.enclosing.is_some()
    }

    #[cfg(not(feature = "test"))]
    #[expect(
        clippy::unused_self,
        reason = "with the feature `test` it depends on the gate"
    )]
    pub(crate) const fn keeps_pools_open(&self) -> bool {
        false
    }

    /// Adds pools that are closed with the handle. The gate knows them as long as any handle
    /// exists.
    pub(crate) fn add(&self, pools: &[Pool<DB>]) {
        let mut known = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        for pool in pools {
            if !known.iter().any(|counted| counted.is(pool)) {
                known.push(Counted::new(pool.clone()));
            }
        }
    }

    /// Looks at the counter of a pool. `None` if the pool does not belong to the database.
    fn counted<R>(&self, pool: &Pool<DB>, look: impl FnOnce(&Counted<DB>) -> R) -> Option<R> {
        self.pools
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .find(|counted| counted.is(pool))
            .map(look)
    }

    /// The number of calls that wait for a connection of the pool.
    pub(crate) fn waiting(&self, pool: &Pool<DB>) -> u32 {
        self.counted(pool, |counted| counted.waiting.load(Relaxed))
            .unwrap_or_default()
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.len()
    }

    pub(crate) fn transactions(&self) -> usize {
        self.transactions.len()
    }

    /// Lets a call in, and counts it until the [`Call`] is dropped.
    ///
    /// # Errors
    /// The gate is closed.
    pub(crate) fn enter(self: &Arc<Self>) -> Result<Call<DB>, Error> {
        // Counted before it looks at the gate, so that `close` waits for every call that finds it
        // open.
        let token = self.calls.token();
        if self.is_closed() {
            return Err(Error::Closed);
        }
        Ok(Call {
            gate: Arc::clone(self),
            _token: token,
        })
    }

    pub(crate) fn is_closed(&self) -> bool {
        #[cfg(feature = "test")]
        if self.is_over() {
            return true;
        }
        self.calls.is_closed()
    }

    /// Closes the gate to new calls. Only the first call of this sets how many calls were running.
    pub(crate) fn shut(&self) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        self.calls.close();
        self.transactions.close();
        tally.running.get_or_insert_with(|| self.calls.len());
    }

    /// Waits until no call and no transaction is left. A transaction can outlive its call, because
    /// it is rolled back in the background.
    pub(crate) async fn idle(&self) {
        self.calls.wait().await;
        self.transactions.wait().await;
    }

    /// Closes the pools. Returns whether all of them closed within 5 s.
    pub(crate) async fn close_pools(&self) -> bool {
        // Cloned, because the lock must not be held across an await.
        let pools: Vec<_> = {
            let counted = self.pools.read().unwrap_or_else(PoisonError::into_inner);
            counted.iter().map(|counted| counted.pool.clone()).collect()
        };
        #[cfg(feature = "test")]
        if self.enclosing.is_some() {
            // The pool stays open for the test. It would close only if its connection had been
            // given back.
            return timeout(POOLS, join_all(pools.iter().map(is_given_back)))
                .await
                .is_ok_and(|given_back| !given_back.contains(&false));
        }
        timeout(POOLS, join_all(pools.iter().map(Pool::close)))
            .await
            .is_ok()
    }

    /// How many calls were running when the gate was closed, how many run now, and the names of
    /// those that were cancelled.
    pub(crate) fn counts(&self) -> (usize, usize, Vec<&'static str>) {
        let tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        (
            tally.running.unwrap_or_default(),
            self.calls.len(),
            tally.cut.clone(),
        )
    }

    /// Cancels the bodies that are running. A COMMIT that was sent is not affected.
    pub(crate) fn cut(&self) {
        self.cut.cancel();
    }
}

/// Waits until the only connection of a pool was given back. The pool stays open.
#[cfg(feature = "test")]
async fn is_given_back<DB: Driver>(pool: &Pool<DB>) -> bool {
    !matches!(pool.acquire().await, Err(sqlx::Error::PoolTimedOut))
}

/// A call that the gate has let in, counted until it is dropped.
pub(crate) struct Call<DB: Driver> {
    gate: Arc<Gate<DB>>,
    _token: TaskTrackerToken,
}

impl<DB: Driver> Call<DB> {
    /// The signal that cancels the call.
    pub(crate) fn cut(&self) -> &CancellationToken {
        &self.gate.cut
    }

    /// Records that the signal has cancelled the call.
    pub(crate) fn was_cut(&self, name: &'static str) {
        self.gate
            .tally
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .cut
            .push(name);
    }

    /// Counts a transaction of the call until the token is dropped, which is when nothing of the
    /// transaction is left.
    pub(crate) fn transaction(&self) -> TaskTrackerToken {
        self.gate.transactions.token()
    }

    /// Counts the call among those that wait for a connection of the pool, until the result is
    /// dropped.
    pub(crate) fn waits_for(&self, pool: &Pool<DB>) -> Option<Waiting> {
        self.gate.counted(pool, Counted::waits)
    }
}

/// A pool of the database, and the number of calls that wait for a connection of it.
struct Counted<DB: Driver> {
    pub(crate) pool: Pool<DB>,
    waiting: Arc<AtomicU32>,
}

impl<DB: Driver> Counted<DB> {
    fn new(pool: Pool<DB>) -> Self {
        Self {
            pool,
            waiting: Arc::default(),
        }
    }

    fn is(&self, pool: &Pool<DB>) -> bool {
        identity(&self.pool) == identity(pool)
    }

    /// Counts one more waiting call, until the result is dropped.
    fn waits(&self) -> Waiting {
        self.waiting.fetch_add(1, Relaxed);
        Waiting(Arc::clone(&self.waiting))
    }
}

/// A call that waits for a connection.
pub(crate) struct Waiting(Arc<AtomicU32>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}
