//! A pooled connection that can be dropped anywhere: without a runtime at hand sqlx would panic.
use std::time::Duration;

use sqlx::pool::PoolConnection;
use tokio::{runtime::Handle, time::timeout};

use crate::driver::{Backend, Driver, rules::Rules};

/// The pool pings a connection that comes back, and waits for ever for the answer; its permit waits
/// with it.
const GIVE_BACK: Duration = Duration::from_secs(1);

/// A connection that goes back to its pool only where [`give_back`](Self::give_back) says so;
/// dropped, it is closed.
pub(crate) struct Connection<DB: Driver> {
    pooled: Option<PoolConnection<DB>>,
    rules: &'static Rules,
    runtime: Handle,
}

impl<DB: Driver> Connection<DB> {
    pub(crate) fn new(pooled: PoolConnection<DB>, runtime: Handle) -> Self {
        Self {
            rules: DB::Backend::rules(&pooled),
            pooled: Some(pooled),
            runtime,
        }
    }

    /// The connection; there is one until it is given back.
    pub(crate) fn get(&mut self) -> Option<&mut DB::Connection> {
        self.pooled.as_deref_mut()
    }

    /// Moves it out.
    #[cfg(feature = "test")]
    pub(crate) fn take(&mut self) -> Self {
        Self {
            pooled: self.pooled.take(),
            rules: self.rules,
            runtime: self.runtime.clone(),
        }
    }

    pub(crate) fn rules(&self) -> &'static Rules {
        self.rules
    }

    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// Closes it.
    pub(crate) fn close(&mut self) {
        let Some(pooled) = self.pooled.take() else {
            return;
        };
        let _inside = self.runtime.enter();
        if self.rules.is_remote {
            drop(pooled.detach());
        } else {
            // Here, while inside: at the end of its scope it would go after the guard.
            drop(pooled);
        }
    }

    /// Back to the pool, clean, in the background.
    pub(crate) fn give_back(mut self) {
        let _inside = self.runtime.enter();
        if let Some(pooled) = &mut self.pooled
            && self.rules.is_remote
        {
            self.runtime
                .spawn(timeout(GIVE_BACK, pooled.return_to_pool()));
        }
        self.pooled = None;
    }
}

impl<DB: Driver> Drop for Connection<DB> {
    fn drop(&mut self) {
        self.close();
    }
}
