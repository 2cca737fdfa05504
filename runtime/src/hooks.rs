//! What is to run once the outcome of a transaction is known.
use std::{mem, panic::AssertUnwindSafe};

use futures_core::future::BoxFuture;
use futures_util::FutureExt;

/// The hooks of a transaction, in the order in which they were registered.
#[derive(Default)]
pub(crate) struct Hooks {
    after_commit: Vec<BoxFuture<'static, ()>>,
    after_rollback: Vec<BoxFuture<'static, ()>>,
}

impl Hooks {
    pub(crate) fn after_commit(&mut self, hook: BoxFuture<'static, ()>) {
        self.after_commit.push(hook);
    }

    pub(crate) fn after_rollback(&mut self, hook: BoxFuture<'static, ()>) {
        self.after_rollback.push(hook);
    }

    /// How many wait for COMMIT.
    pub(crate) fn waiting(&self) -> usize {
        self.after_commit.len()
    }

    /// Drops those that a savepoint takes with it.
    pub(crate) fn truncate(&mut self, waiting: usize) {
        self.after_commit.truncate(waiting);
    }

    pub(crate) async fn committed(mut self, name: &'static str) {
        run(mem::take(&mut self.after_commit), name).await;
    }

    pub(crate) async fn rolled_back(mut self, name: &'static str) {
        run(mem::take(&mut self.after_rollback), name).await;
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
