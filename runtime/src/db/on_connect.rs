//! What each new connection of a [`Db`](super::Db) goes through before anybody gets it, and how an
//! error of that reaches the caller.
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

pub(super) struct OnConnect<DB: Driver> {
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

    /// A pool whose new connections go through it. `theirs`: whether the options have an
    /// `after_connect` already.
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
                    *connection = pool.acquire().await?.detach();
                }
                this.run(connection).await.map_err(report)
            })
        });
        pool.connect_lazy_with(options)
    }
}

/// A pool has one `after_connect`, and nobody but the pool can call it. So where users have one of
/// their own, their options make a pool that keeps no connection: what comes out of it has been
/// through their hook, and goes on to ours.
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
