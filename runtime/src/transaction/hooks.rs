//! What is to run once the outcome of a transaction is known.
use std::{
    mem,
    panic::AssertUnwindSafe,
    sync::{Mutex, PoisonError},
};

use futures_core::future::BoxFuture;
use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// The hooks of a transaction.
#[derive(Default)]
pub(crate) struct Hooks {
    after_commit: Queue,
    after_rollback: Queue,
}

/// Hooks in the order in which they were registered. The lock is never waited for: it makes a
/// session `Sync`, which its hooks need not be, so that a body can hold `&Session` across an await.
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

    /// How many wait for COMMIT.
    pub(crate) fn waiting(&mut self) -> usize {
        self.after_commit.get().len()
    }

    /// Drops those that a savepoint takes with it.
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

/// The hooks of an attempt that was rolled back, until another one begins: a call that ends between
/// two attempts has ended so.
pub(crate) struct AttemptHooks {
    hooks: Option<Hooks>,
    name: &'static str,
    runtime: Handle,
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

    /// Another attempt has begun.
    pub(crate) fn forget(mut self) {
        self.hooks = None;
    }

    /// There is none.
    pub(crate) async fn run(mut self) {
        if let Some(hooks) = self.hooks.take() {
            hooks.rolled_back(self.name).await;
        }
    }
}

impl Drop for AttemptHooks {
    fn drop(&mut self) {
        if let Some(hooks) = self.hooks.take() {
            let counted = self.counted.take();
            self.runtime
                .spawn(hooks.rolled_back(self.name).map(|()| drop(counted)));
        }
    }
}

/// The outcome stands whatever a hook does: one that panics is reported, and the rest run.
async fn run(hooks: Vec<BoxFuture<'static, ()>>, name: &'static str) {
    for hook in hooks {
        if AssertUnwindSafe(hook).catch_unwind().await.is_err() {
            tracing::error!(transaction = name, "a hook panicked");
        }
    }
}
