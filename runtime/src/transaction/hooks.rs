//! The futures that a body registers with `after_commit` and `after_rollback`. They run once the
//! outcome of the transaction is known. [`AttemptHooks`] keeps those of a rolled-back attempt until
//! it is known whether another attempt begins. Which hooks belong to which savepoint is in
//! `savepoints`.
use std::{
    mem,
    panic::AssertUnwindSafe,
    sync::{Mutex, PoisonError},
};

use futures_core::future::BoxFuture;
use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// The hooks of one transaction.
#[derive(Default)]
pub(crate) struct Hooks {
    after_commit: Queue,
    after_rollback: Queue,
}

/// Hooks in the order of their registration. The mutex is only accessed through `get_mut`, which
/// does not lock. It makes the session `Sync` although hooks need not be, so that a body can hold
/// `&Session` across an await.
#[derive(Default)]
struct Queue(Mutex<Vec<BoxFuture<'static, ()>>>);

impl Queue {
    fn get(&mut self) -> &mut Vec<BoxFuture<'static, ()>> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hooks {
    pub(crate) fn after_commit(&mut self, hook: BoxFuture<'static, ()>) {
        self.after_commit.get().push(hook);
    }

    pub(crate) fn after_rollback(&mut self, hook: BoxFuture<'static, ()>) {
        self.after_rollback.get().push(hook);
    }

    /// The number of hooks that COMMIT would run.
    pub(crate) fn waiting(&mut self) -> usize {
        self.after_commit.get().len()
    }

    /// Drops the `after_commit` hooks beyond this number: those that were registered after a
    /// savepoint, when the transaction is rolled back to it.
    pub(crate) fn truncate(&mut self, waiting: usize) {
        self.after_commit.get().truncate(waiting);
    }

    pub(crate) async fn committed(mut self, name: &'static str) {
        run(mem::take(self.after_commit.get()), name).await;
    }

    pub(crate) async fn rolled_back(mut self, name: &'static str) {
        run(mem::take(self.after_rollback.get()), name).await;
    }
}

/// The hooks of an attempt that was rolled back. If another attempt begins, they are dropped.
/// Otherwise the call has ended with the rollback, and its `after_rollback` hooks run. A call that
/// is cancelled between two attempts drops this value, which then runs them in the background.
pub(crate) struct AttemptHooks {
    hooks: Option<Hooks>,
    name: &'static str,
    runtime: Handle,
    /// Makes `Db::close` wait for the hooks.
    counted: Option<TaskTrackerToken>,
}

impl AttemptHooks {
    pub(crate) fn new(
        mut hooks: Hooks,
        name: &'static str,
        runtime: Handle,
        counted: Option<TaskTrackerToken>,
    ) -> Self {
        let some = !hooks.after_commit.get().is_empty() || !hooks.after_rollback.get().is_empty();
        Self {
            hooks: some.then_some(hooks),
            name,
            runtime,
            counted,
        }
    }

    /// Drops the hooks, because another attempt has begun.
    pub(crate) fn forget(mut self) {
        self.hooks = None;
    }

    /// Runs the `after_rollback` hooks, because no other attempt follows.
    pub(crate) async fn run(mut self) {
        if let Some(hooks) = self.hooks.take() {
            hooks.rolled_back(self.name).await;
        }
    }
}

impl Drop for AttemptHooks {
    fn drop(&mut self) {
        if let Some(hooks) = self.hooks.take() {
            // The call was cancelled between two attempts, so no other attempt follows.
            let counted = self.counted.take();
            self.runtime
                .spawn(hooks.rolled_back(self.name).map(|()| drop(counted)));
        }
    }
}

/// Runs the hooks one after the other. A hook that panics does not change the outcome of the
/// transaction: the panic is logged, and the other hooks run.
async fn run(hooks: Vec<BoxFuture<'static, ()>>, name: &'static str) {
    for hook in hooks {
        if AssertUnwindSafe(hook).catch_unwind().await.is_err() {
            tracing::error!(transaction = name, "a hook panicked");
        }
    }
}
