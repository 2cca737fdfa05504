//! How many retries a database in trouble is asked to bear.
use std::{
    any::Any,
    fmt,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
};

use sqlx::Pool;

use crate::driver::Driver;

/// What a retry takes; a call that needs none gives back one.
const PRICE: u32 = 5;
const RETRIES: u32 = 100;

/// The retries that are left for failures of the connection: shared by all calls on one
/// [`Db`](crate::Db), or on one pool and its clones.
///
/// When a database is away, every call fails, and retries would multiply the load under which it
/// has to come back. So each retry after a lost connection, or after an unknown commit, takes from
/// the budget, and a call that finds it empty returns its error instead. A call that succeeds gives
/// back what its retries took; one that needed none gives back a fifth of a retry. Conflicts
/// between transactions do not draw on it.
///
/// Cheap to clone; a clone is the same budget.
#[derive(Clone)]
pub struct RetryBudget(Arc<Tokens>);

struct Tokens {
    most: u32,
    left: AtomicU32,
}

impl RetryBudget {
    /// A full budget of that many retries.
    ///
    /// # Defaults
    /// A pool, and a `Db` until it is given [another](crate::Db::with_retry_budget), has 100.
    #[must_use]
    pub fn new(retries: u32) -> Self {
        let most = retries.saturating_mul(PRICE);
        Self(Arc::new(Tokens {
            most,
            left: AtomicU32::new(most),
        }))
    }

    /// The budget of a pool that is used without a `Db`.
    #[must_use]
    pub fn of<DB: Driver>(pool: &Pool<DB>) -> Self {
        let owner = owner(pool);
        let mut budgets = BUDGETS.lock().unwrap_or_else(PoisonError::into_inner);
        find(&budgets, &owner).unwrap_or_else(|| {
            budgets.retain(|(owner, _)| owner.strong_count() > 0);
            let budget = Self::new(RETRIES);
            budgets.push((Arc::downgrade(&owner), budget.clone()));
            budget
        })
    }

    /// The one of a pool, if anything was ever taken from one.
    pub(crate) fn drawn_on<DB: Driver>(pool: &Pool<DB>) -> Option<Self> {
        if !DRAWN_ON.load(Relaxed) {
            return None;
        }
        find(
            &BUDGETS.lock().unwrap_or_else(PoisonError::into_inner),
            &owner(pool),
        )
    }

    /// How many retries are left.
    #[must_use]
    pub fn available(&self) -> u32 {
        self.0.left.load(Relaxed) / PRICE
    }

    /// How many retries there are when it is full.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        self.0.most / PRICE
    }

    /// Takes one retry, if there is one.
    pub(crate) fn take(&self) -> bool {
        DRAWN_ON.store(true, Relaxed);
        self.0
            .left
            .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(PRICE))
            .is_ok()
    }

    /// Gives back what a call that succeeded had `taken`, in retries.
    pub(crate) fn give_back(&self, taken: u32) {
        let tokens = &*self.0;
        if tokens.left.load(Relaxed) < tokens.most {
            let gift = taken.saturating_mul(PRICE).max(1);
            let _ = tokens.left.fetch_update(Relaxed, Relaxed, |left| {
                Some(left.saturating_add(gift).min(tokens.most))
            });
        }
    }
}

/// Until then all are full, and nobody has to look for the one of a pool.
static DRAWN_ON: AtomicBool = AtomicBool::new(false);

/// What the clones of a pool share, and no two pools do; while it is looked at weakly, no other
/// takes its place in memory.
type Owner = dyn Any + Send + Sync;

/// The budgets of the pools that live. Held for no longer than a look.
static BUDGETS: Mutex<Vec<(Weak<Owner>, RetryBudget)>> = Mutex::new(Vec::new());

fn owner<DB: Driver>(pool: &Pool<DB>) -> Arc<Owner> {
    pool.connect_options()
}

fn find(budgets: &[(Weak<Owner>, RetryBudget)], owner: &Arc<Owner>) -> Option<RetryBudget> {
    let (_, budget) = budgets
        .iter()
        .find(|(known, _)| std::ptr::addr_eq(known.as_ptr(), Arc::as_ptr(owner)))?;
    Some(budget.clone())
}

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "RetryBudget({} of {})",
            self.available(),
            self.capacity()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_budget_refuses_and_success_fills_it() {
        let budget = RetryBudget::new(2);
        assert!(budget.take() && budget.take() && !budget.take());
        for _ in 0..PRICE {
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
        assert_eq!(RetryBudget::of(&one.clone()).available(), RETRIES - 1);
        assert_eq!(
            RetryBudget::drawn_on(&one).map(|budget| budget.available()),
            Some(RETRIES - 1)
        );
        assert_eq!(RetryBudget::of(&other).available(), RETRIES);
    }
}
