//! The retry budget: a token bucket that limits the retries after failures of the connection. This
//! file also keeps the budget of each pool. A `Db` begins with the budget of its pool.
use std::{
    any::Any,
    fmt, ptr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
};

use sqlx::Pool;

use crate::driver::Driver;

/// The tokens that a retry takes. A call without a retry gives back one token.
const TOKENS_PER_RETRY: u32 = 5;
/// The capacity of a pool's budget, in retries.
const DEFAULT_RETRIES: u32 = 100;

/// Limits the retries after failures of the connection. All calls on one [`Db`](crate::Db), or on
/// one pool and its clones, share a budget.
///
/// While a database is unreachable, every call fails, and retries would multiply the load under
/// which it has to recover. So each retry after a lost connection or an unknown commit takes one
/// retry from the budget. If the budget is empty, the call returns its error instead. A successful
/// call gives back the retries that it took, or a fifth of a retry if it took none. Conflicts
/// between transactions do not use the budget.
///
/// A clone shares the budget and is cheap.
#[derive(Clone)]
pub struct RetryBudget(Arc<Bucket>);

struct Bucket {
    capacity: u32,
    tokens: AtomicU32,
}

impl RetryBudget {
    /// A full budget of this many retries.
    ///
    /// # Defaults
    /// The budget of a pool, and that of a `Db` without
    /// [`with_retry_budget`](crate::Db::with_retry_budget), has 100 retries.
    #[must_use]
    pub fn new(retries: u32) -> Self {
        let capacity = retries.saturating_mul(TOKENS_PER_RETRY);
        let tokens = AtomicU32::new(capacity);
        Self(Arc::new(Bucket { capacity, tokens }))
    }

    /// The budget of a pool and its clones. Calls on a `Db` of the pool share it, unless
    /// [`with_retry_budget`](crate::Db::with_retry_budget) replaces it there.
    #[must_use]
    pub fn of<DB: Driver>(pool: &Pool<DB>) -> Self {
        let identity: Arc<Identity> = pool.connect_options();
        let mut budgets = budgets();
        find(&budgets, &identity).unwrap_or_else(|| {
            budgets.retain(|(identity, _)| identity.strong_count() > 0);
            let budget = Self::new(DEFAULT_RETRIES);
            budgets.push((Arc::downgrade(&identity), budget.clone()));
            budget
        })
    }

    /// The budget of a pool. `None` if this process has not used any budget, or if the pool has
    /// none yet.
    pub(crate) fn drawn_on<DB: Driver>(pool: &Pool<DB>) -> Option<Self> {
        // Without this flag, each successful call on a pool would lock the list.
        if !DRAWN_ON.load(Relaxed) {
            return None;
        }
        let identity: Arc<Identity> = pool.connect_options();
        find(&budgets(), &identity)
    }

    /// The number of retries that are left.
    #[must_use]
    pub fn available(&self) -> u32 {
        self.0.tokens.load(Relaxed) / TOKENS_PER_RETRY
    }

    /// The number of retries of a full budget.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        self.0.capacity / TOKENS_PER_RETRY
    }

    /// Takes one retry. Returns false if none is left.
    pub(crate) fn take(&self) -> bool {
        DRAWN_ON.store(true, Relaxed);
        let take = |tokens: u32| tokens.checked_sub(TOKENS_PER_RETRY);
        self.0.tokens.fetch_update(Relaxed, Relaxed, take).is_ok()
    }

    /// Gives back the retries that a successful call has `taken`.
    pub(crate) fn give_back(&self, taken: u32) {
        let Bucket { capacity, tokens } = &*self.0;
        // Most calls find the budget full and only read it, so that they share its cache line.
        if tokens.load(Relaxed) < *capacity {
            let returned = taken.saturating_mul(TOKENS_PER_RETRY).max(1);
            let give = |tokens: u32| Some(tokens.saturating_add(returned).min(*capacity));
            let _ = tokens.fetch_update(Relaxed, Relaxed, give);
        }
    }
}

/// Whether any budget has ever been used.
static DRAWN_ON: AtomicBool = AtomicBool::new(false);

/// A pool's connect options. Clones of a pool share one allocation of them, and no two pools do.
/// `Pool::set_connect_options` replaces it, and the pool then gets a new budget. A `Weak` keeps the
/// allocation, so that no other pool's options get the same address.
type Identity = dyn Any + Send + Sync;

type Budgets = Vec<(Weak<Identity>, RetryBudget)>;

/// The budgets of the pools. The entries of dropped pools are removed when the next pool gets its
/// budget.
static BUDGETS: Mutex<Budgets> = Mutex::new(Vec::new());

fn budgets() -> MutexGuard<'static, Budgets> {
    BUDGETS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn find(budgets: &Budgets, identity: &Arc<Identity>) -> Option<RetryBudget> {
    let is_it = |known: &Weak<Identity>| ptr::addr_eq(known.as_ptr(), Arc::as_ptr(identity));
    let (_, budget) = budgets.iter().find(|(known, _)| is_it(known))?;
    Some(budget.clone())
}

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (available, capacity) = (self.available(), self.capacity());
        write!(f, "RetryBudget({available} of {capacity})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_budget_refuses_and_success_fills_it() {
        let budget = RetryBudget::new(2);
        assert!(budget.take() && budget.take() && !budget.take());
        for _ in 0..TOKENS_PER_RETRY {
            assert_eq!(budget.available(), 0);
            budget.give_back(0);
        }
        assert_eq!(budget.available(), 1);
        budget.give_back(1);
        assert_eq!(budget.available(), 2);
        budget.give_back(7);
        assert_eq!((budget.available(), budget.capacity()), (2, 2));
    }

    #[cfg(feature = "sqlite")]
    #[tokio::test]
    async fn clones_of_a_pool_share_one_and_no_two_pools_do() {
        let open = || sqlx::SqlitePool::connect_lazy("sqlite::memory:").expect("a pool");
        let (one, other) = (open(), open());
        assert!(RetryBudget::of(&one).take());
        assert_eq!(
            RetryBudget::of(&one.clone()).available(),
            DEFAULT_RETRIES - 1
        );
        assert_eq!(
            RetryBudget::drawn_on(&one).map(|budget| budget.available()),
            Some(DEFAULT_RETRIES - 1)
        );
        assert_eq!(RetryBudget::of(&other).available(), DEFAULT_RETRIES);
    }
}
