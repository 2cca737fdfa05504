//! Which calls are on their way on a database: each is counted, and ended when its `Db` closes.
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

/// Closing a pool waits for every connection that somebody still has.
const POOLS: Duration = Duration::from_secs(5);

/// Which calls are on their way on a database, through all of its handles.
pub(crate) struct Gate<DB: Driver> {
    calls: TaskTracker,
    /// From before BEGIN until the rollback or the hooks are over, also in the background.
    transactions: TaskTracker,
    cut: CancellationToken,
    tally: Mutex<Tally>,
    pools: RwLock<Vec<Counted<DB>>>,
    /// Where its transactions are inside of another one, whose pool outlives the gate: when that is
    /// over.
    #[cfg(feature = "test")]
    enclosing: Option<CancellationToken>,
}

#[derive(Default)]
struct Tally {
    /// None while the gate is open.
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

    /// Whether the pools stay open when the gate is closed.
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

    /// More pools, which are closed with the handle. They are known for as long as any handle is.
    pub(crate) fn add(&self, pools: &[Pool<DB>]) {
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

    /// How many calls wait for a connection of the pool.
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

    pub(crate) fn enter(self: &Arc<Self>) -> Result<Call<DB>, Error> {
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

    pub(crate) fn is_closed(&self) -> bool {
        #[cfg(feature = "test")]
        if self.is_over() {
            return true;
        }
        self.calls.is_closed()
    }

    /// Closes the gate.
    pub(crate) fn shut(&self) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        self.calls.close();
        self.transactions.close();
        tally.running.get_or_insert_with(|| self.calls.len());
    }

    pub(crate) async fn idle(&self) {
        self.calls.wait().await;
        self.transactions.wait().await;
    }

    pub(crate) async fn close_pools(&self) -> bool {
        let pools: Vec<_> = {
            let counted = self.pools.read().unwrap_or_else(PoisonError::into_inner);
            counted.iter().map(|counted| counted.pool.clone()).collect()
        };
        #[cfg(feature = "test")]
        if self.enclosing.is_some() {
            return timeout(POOLS, join_all(pools.iter().map(is_given_back)))
                .await
                .is_ok_and(|given_back| !given_back.contains(&false));
        }
        timeout(POOLS, join_all(pools.iter().map(Pool::close)))
            .await
            .is_ok()
    }

    /// How many calls were running when the gate was shut, how many run now, and which were cut.
    pub(crate) fn counts(&self) -> (usize, usize, Vec<&'static str>) {
        let tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        (
            tally.running.unwrap_or_default(),
            self.calls.len(),
            tally.cut.clone(),
        )
    }

    /// Ends the calls that are running.
    pub(crate) fn cut(&self) {
        self.cut.cancel();
    }
}

/// Waits until the only connection of a pool that stays open was given back.
#[cfg(feature = "test")]
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

/// A pool of a database, and who waits for a connection of it.
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

    /// Counts one more, until it is dropped.
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
