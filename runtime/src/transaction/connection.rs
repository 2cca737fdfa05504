//! A pooled connection that can be dropped anywhere. sqlx's type panics when it is dropped outside
//! a runtime, so this one keeps a handle to its runtime and enters it first. Whether a transaction
//! is open on the connection is not known here: the caller chooses between giving it back and
//! closing it.
use std::time::Duration;

use sqlx::pool::PoolConnection;
use tokio::{runtime::Handle, time::timeout};

use crate::driver::{Backend, Driver, rules::Rules};

/// How long giving a connection back may take. The pool pings a connection that comes back, waits
/// without a bound for the answer, and holds the permit of the connection until then.
const GIVE_BACK: Duration = Duration::from_secs(1);

/// A connection that goes back to its pool only through [`give_back`](Self::give_back). When
/// dropped, it is [closed](Self::close), because a transaction may still be open on it.
pub(crate) struct Connection<DB: Driver> {
    pooled: Option<PoolConnection<DB>>,
    rules: &'static Rules,
    runtime: Handle,
    /// It does not go back to its pool: its runtime may have ended before the next call.
    of_one_call: bool,
}

impl<DB: Driver> Connection<DB> {
    pub(crate) fn new(pooled: PoolConnection<DB>, runtime: Handle) -> Self {
        Self {
            rules: DB::Backend::rules(&pooled),
            pooled: Some(pooled),
            runtime,
            of_one_call: false,
        }
    }

    /// A connection that the caller's runtime opened, which no other call may find in the pool. A
    /// connection to SQLite has no socket that could end with a runtime, and stays in the pool.
    pub(crate) fn of_one_call(pooled: PoolConnection<DB>, runtime: Handle) -> Self {
        let mut connection = Self::new(pooled, runtime);
        connection.of_one_call = connection.rules.is_remote;
        connection
    }

    /// The connection. `None` once it was given back or closed.
    pub(crate) fn get(&mut self) -> Option<&mut DB::Connection> {
        self.pooled.as_deref_mut()
    }

    /// Moves the connection out. What stays is as after [`close`](Self::close).
    #[cfg(feature = "test")]
    pub(crate) fn take(&mut self) -> Self {
        Self {
            pooled: self.pooled.take(),
            rules: self.rules,
            runtime: self.runtime.clone(),
            of_one_call: self.of_one_call,
        }
    }

    pub(crate) fn rules(&self) -> &'static Rules {
        self.rules
    }

    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// Closes a connection to a server. One of SQLite goes back to the pool instead, because
    /// closing the last one ends a database in memory.
    pub(crate) fn close(&mut self) {
        let Some(pooled) = self.pooled.take() else {
            return;
        };
        let _inside = self.runtime.enter();
        if self.rules.is_remote {
            // Detached, because dropping a pooled connection returns it to the pool.
            drop(pooled.detach());
        } else {
            // Dropped here, while the runtime is entered: `_inside` is dropped before `pooled` at
            // the end.
            drop(pooled);
        }
    }

    /// Returns the connection to its pool, in the background. No transaction may be open on it.
    pub(crate) fn give_back(mut self) {
        if self.of_one_call {
            return;
        }
        let _inside = self.runtime.enter();
        if let Some(pooled) = &mut self.pooled
            && self.rules.is_remote
        {
            // A connection that does not answer in time is dropped, and its permit is free again.
            self.runtime
                .spawn(timeout(GIVE_BACK, pooled.return_to_pool()));
        }
        // sqlx spawns a task to return a connection that is dropped, so the runtime is entered.
        self.pooled = None;
    }
}

impl<DB: Driver> Drop for Connection<DB> {
    fn drop(&mut self) {
        self.close();
    }
}
