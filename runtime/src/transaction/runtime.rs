//! The runtime that a `Db` was opened in, where its connections are opened and its background work
//! runs, whoever calls. A caller may have a runtime of its own that ends sooner, as a worker of
//! actix-web's does; a socket that was opened there would end with it, whoever used it by then.
use std::{
    future::Future,
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use sqlx::pool::PoolConnection;
use tokio::{runtime::Handle, time::timeout};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use crate::{driver::Driver, transaction::connection::Connection};

/// A runtime that begins nothing in this time has nobody who runs it: a `block_on` that has
/// returned, and no thread besides.
const BEGINS: Duration = Duration::from_secs(1);

/// None: that of whoever calls.
#[derive(Debug, Clone)]
pub(crate) struct DbRuntime(Option<Arc<Runtime>>);

#[derive(Debug)]
struct Runtime {
    handle: Handle,
    /// It has ended, or nobody runs it.
    abandoned: AtomicBool,
}

impl DbRuntime {
    pub(crate) const NONE: Self = Self(None);

    /// The runtime that this is called in.
    pub(crate) fn here() -> Self {
        Self(Handle::try_current().ok().map(|handle| {
            Arc::new(Runtime {
                handle,
                abandoned: AtomicBool::new(false),
            })
        }))
    }

    /// What `acquire` finds, as a connection that belongs there.
    ///
    /// # Errors
    /// That of `acquire`; there is no runtime here.
    ///
    /// # Cancellation
    /// `acquire` is dropped; a connection that it has just found at home is closed.
    pub(crate) async fn connection<DB, A>(
        &self,
        acquire: impl Fn() -> A,
    ) -> Result<Connection<DB>, sqlx::Error>
    where
        DB: Driver,
        A: Future<Output = Result<PoolConnection<DB>, sqlx::Error>> + Send + 'static,
    {
        let here = Handle::try_current().map_err(|_| {
            sqlx::Error::Configuration(
                "a transaction needs a tokio runtime: call the function inside of one".into(),
            )
        })?;
        if let Some(home) = self.elsewhere(&here) {
            // Boxed: the future of a call that is at home does not grow by it.
            if let Some(found) = Box::pin(home.connection(acquire())).await {
                return found;
            }
            home.abandoned.store(true, Relaxed);
            tracing::warn!(
                "the runtime that the database was opened in does not run any more: connections are opened by their callers"
            );
        }
        Ok(Connection::new(acquire().await?, here))
    }

    fn elsewhere(&self, here: &Handle) -> Option<&Runtime> {
        self.0
            .as_deref()
            .filter(|home| home.handle.id() != here.id() && !home.abandoned.load(Relaxed))
    }
}

impl Runtime {
    /// None: nobody is there.
    async fn connection<DB: Driver>(
        &self,
        acquire: impl Future<Output = Result<PoolConnection<DB>, sqlx::Error>> + Send + 'static,
    ) -> Option<Result<Connection<DB>, sqlx::Error>> {
        let (begun, runtime) = (Arc::new(AtomicBool::new(false)), self.handle.clone());
        let begins = Arc::clone(&begun);
        let acquired = async move {
            begins.store(true, Relaxed);
            // Here, for a connection that nobody waits for any more must be dropped with its
            // runtime known.
            Ok(Connection::new(acquire.await?, runtime))
        };
        let mut acquired = AbortOnDropHandle::new(self.handle.spawn(acquired.in_current_span()));
        let found = match timeout(BEGINS, &mut acquired).await {
            Ok(found) => found,
            Err(_) if begun.load(Relaxed) => acquired.await,
            Err(_) => return None,
        };
        match found {
            Ok(found) => Some(found),
            Err(ended) if ended.is_cancelled() => None,
            // Of `on_connect`: as if it had been called here.
            Err(panicked) => resume_unwind(panicked.into_panic()),
        }
    }
}
