//! Which pools the current task has a transaction open on: a call that would wait for itself is told so at once.
use std::{future::Future, sync::Arc};

use sqlx::Pool;
use tokio::task::futures::TaskLocalFuture;

use crate::driver::{Backend, Driver};

tokio::task_local! {
    static HELD: Option<Held>;
}

/// The transactions that are open around the current place in the task, the innermost first.
#[derive(Debug, Clone)]
pub struct Held(Arc<Transaction>);

#[derive(Debug)]
struct Transaction {
    pool: usize,
    writes: bool,
    around: Option<Held>,
}

impl Held {
    /// The ones around, and one more.
    pub(crate) fn also<DB: Driver>(pool: &Pool<DB>, writes: bool) -> Self {
        Self(Arc::new(Transaction { pool: identity(pool), writes, around: current() }))
    }
}

/// Runs `body` as the holder of `held`; a call that joined holds what its caller does.
pub fn inside<F: Future>(held: Option<Held>, body: F) -> TaskLocalFuture<Option<Held>, F> {
    HELD.scope(held.or_else(current), body)
}

/// Why a transaction cannot be begun here, if it would wait for one of this task that waits for it.
pub(crate) fn conflict<DB: Driver>(pool: &Pool<DB>, writes: bool) -> Option<&'static str> {
    let innermost = current();
    let mut held = innermost.as_ref();
    while let Some(Held(transaction)) = held {
        if transaction.pool == identity(pool) {
            if pool.options().get_max_connections() == 1 {
                return Some(
                    "this task already holds the only connection of the pool: pass the session to join its transaction, \
                     or give the pool a second connection",
                );
            }
            if writes && transaction.writes && DB::Backend::has_one_writer(pool) {
                return Some(
                    "this task is already writing to the database, and SQLite has one writer at a time: pass the session to join its \
                     transaction, or use `session.after_commit(..)` or `session.after_rollback(..)`",
                );
            }
        }
        held = transaction.around.as_ref();
    }
    None
}

fn current() -> Option<Held> {
    HELD.try_with(Clone::clone).ok().flatten()
}

/// Clones of a pool share their options, and no two pools do.
fn identity<DB: Driver>(pool: &Pool<DB>) -> usize {
    Arc::as_ptr(&pool.connect_options()).addr()
}
