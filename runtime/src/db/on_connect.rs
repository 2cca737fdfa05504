//! The hooks that run on each new connection of a [`Db`](super::Db) before the pool hands it out.
//!
//! The hooks run in sqlx's `after_connect`. sqlx logs an error of `after_connect`, retries, and
//! returns `PoolTimedOut` in the end. `transaction/acquire.rs` brings the error to the caller.
use std::{fmt, sync::Arc};

use futures_core::future::BoxFuture;
use sqlx::{Pool, SqlStr, pool::PoolOptions};

use crate::{
    driver::{Driver, connect::ConnectOptions, execution::Execution},
    transaction::acquire::report,
};

type Hook<DB> = dyn for<'c> Fn(&'c mut <DB as sqlx::Database>::Connection) -> BoxFuture<'c, Result<(), sqlx::Error>>
    + Send
    + Sync;

/// The user's hooks, and the statement that the driver needs before them.
pub(super) struct OnConnect<DB: Driver> {
    /// The statement for settings that the connect options cannot hold.
    pub(super) set_up: Option<&'static str>,
    hooks: Vec<Arc<Hook<DB>>>,
}

impl<DB: Driver> OnConnect<DB> {
    pub(super) fn new() -> Self {
        Self {
            set_up: None,
            hooks: Vec::new(),
        }
    }

    pub(super) fn push<H>(&mut self, hook: H)
    where
        H: for<'c> Fn(&'c mut DB::Connection) -> BoxFuture<'c, Result<(), sqlx::Error>>
            + Send
            + Sync
            + 'static,
    {
        self.hooks.push(Arc::new(hook));
    }

    pub(super) async fn run(&self, connection: &mut DB::Connection) -> Result<(), sqlx::Error> {
        if let Some(sql) = self.set_up {
            DB::Execution::run(connection, SqlStr::from_static(sql)).await?;
        }
        for hook in &self.hooks {
            hook(connection).await?;
        }
        Ok(())
    }

    /// Creates a pool that runs the hooks on each new connection. `theirs` tells whether the user
    /// has set an `after_connect` on the options.
    pub(super) fn pool(
        &self,
        options: ConnectOptions<DB>,
        pool: PoolOptions<DB>,
        theirs: bool,
    ) -> Pool<DB> {
        let this = self.clone();
        if this.set_up.is_none() && this.hooks.is_empty() {
            return pool.connect_lazy_with(options);
        }
        let set_up_by_them =
            theirs.then(|| only_connecting(&pool).connect_lazy_with(options.clone()));
        let pool = pool.after_connect(move |connection, _| {
            let (this, set_up_by_them) = (this.clone(), set_up_by_them.clone());
            Box::pin(async move {
                if let Some(pool) = set_up_by_them {
                    // Drops the connection that our pool has just opened.
                    *connection = pool.acquire().await?.detach();
                }
                // `report` keeps the error for the task that acquires. sqlx would retry until the
                // acquire timeout and then return that alone.
                this.run(connection).await.map_err(report)
            })
        });
        pool.connect_lazy_with(options)
    }
}

/// The options of a second pool, which runs the user's `after_connect` and keeps no connection. A
/// pool has one `after_connect`, and only the pool can call it. So a connection is acquired from
/// the second pool, detached, and passed to our hooks.
fn only_connecting<DB: Driver>(theirs: &PoolOptions<DB>) -> PoolOptions<DB> {
    theirs
        .clone()
        .min_connections(0)
        .idle_timeout(None)
        .max_lifetime(None)
}

impl<DB: Driver> Clone for OnConnect<DB> {
    fn clone(&self) -> Self {
        Self {
            set_up: self.set_up,
            hooks: self.hooks.clone(),
        }
    }
}

impl<DB: Driver> fmt::Debug for OnConnect<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.hooks.len())
    }
}
